"""Three steps for whoever comes for the first time, shown until they are closed and never again.

A cookie of this site remembers that they were seen; it holds nothing else.
"""

import streamlit as st

from dashboard.text import t

STEPS = 3
COOKIE = "fazhi_tour"
# Static: nothing of an address enters it.
_REMEMBER = (
    f'<script>document.cookie = "{COOKIE}=seen; max-age=34560000; path=/; SameSite=Lax";</script>'
)


def show(lang: str) -> None:
    """The step at hand, if any."""
    state = st.session_state
    if "tour" not in state:
        state["tour"] = STEPS if st.context.cookies.get(COOKIE) == "seen" else 0
    step = int(state["tour"])
    if step >= STEPS:
        return
    with st.container(border=True, key="tour_box"):
        st.markdown(f"**{t('tour.title', lang, step=step + 1, steps=STEPS)}**")
        st.markdown(t(f"tour.step_{step + 1}", lang))
        with st.container(horizontal=True):
            last = step + 1 == STEPS
            st.button(
                t("tour.done" if last else "tour.next", lang),
                on_click=lambda: state.update(tour=step + 1),
            )
            if not last:
                st.button(t("tour.skip", lang), on_click=lambda: state.update(tour=STEPS))
    st.html(_REMEMBER, unsafe_allow_javascript=True)
