"""The web server's side of the dashboard: `fazhi serve` runs this, which runs `app.py` for every visitor.

The framework's own start page asks for its server below the page's path first (`/compare/_stcore/health`),
fails, and waits before it asks at the root, and it connects when the server has answered twice; it also calls
itself English. Ours says at once where the server is and what it would answer, what the page is called and in
which language.
"""

import html
import json
import re
from pathlib import Path
from urllib.parse import parse_qs

import streamlit
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard import url_state
from dashboard.text import t

# Heights of the frame by the number of its parts, measured at 1280 and 390 px: nothing below jumps when it comes.
_HEIGHTS = {0: (127, 261), 2: (211, 429), 3: (211, 429), 4: (295, 513)}
_LONGER = {"zh": 0, "en": 36}  # on a telephone: English names of the pages take a line more
_HERE = Path(__file__).resolve().parent
_LOOK = f"<style>{(_HERE / 'start_page.css').read_text(encoding='utf-8')}</style>"
_HABITS = f"<script>{(_HERE / 'start_page.js').read_text(encoding='utf-8')}</script>"
_STATIC = Path(streamlit.__file__).parent / "static"
_LANG = {"zh": "zh-CN", "en": "en"}


def _room(lang: str) -> str:
    """Keeps the frame's place until it is drawn."""
    rules = (
        f".st-key-frame_{parts}{{min-height:{wide}px}}"
        f"@media(max-width:640px){{.st-key-frame_{parts}{{min-height:{narrow + _LONGER[lang]}px}}}}"
        for parts, (wide, narrow) in _HEIGHTS.items()
    )
    return f"<style>{''.join(rules)}</style>"


def start_page(lang: str, origin: str) -> str:
    """The framework's start page with our language, title and address, and the settings that it would ask for first."""
    page = (_STATIC / "index.html").read_text(encoding="utf-8")
    page = page.replace('<html lang="en">', f'<html lang="{_LANG[lang]}">', 1)
    page = re.sub(
        r"<title>.*?</title>",
        f"<title>{html.escape(t('frame.title', lang))}</title>",
        page,
        count=1,
    )
    settings = {"allowedOrigins": [origin.rstrip("/")], "useExternalAuthToken": False}
    known = json.dumps({"BACKEND_BASE_URL": origin, "HOST_CONFIG": settings}).replace(
        "<", "\\u003c"
    )
    head = [_room(lang), _LOOK, _HABITS, f"<script>window.__streamlit = {known}</script>"]
    return page.replace("</head>", "".join(head) + "</head>", 1)


class StartPage:
    """Answers the addresses of the pages; everything else is the framework's."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (
            scope["type"] != "http"
            or scope["method"] != "GET"
            or not _PAGE.fullmatch(scope["path"])
        ):
            await self.app(scope, receive, send)
            return
        if (
            scope["path"] not in _PATHS
        ):  # the framework would say so in English and open the overview
            query = scope["query_string"].decode("latin-1")
            await RedirectResponse(f"/?{query}")(scope, receive, send)
            return
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", ["zh"])[-1]
        lang = asked if asked in _LANG else "zh"
        page = start_page(lang, str(Request(scope).base_url))
        await HTMLResponse(page, headers={"Cache-Control": "no-cache"})(scope, receive, send)


_PATHS = frozenset(url_state.PATHS.values())
_PAGE = re.compile(
    "/(?:[a-z][a-z-]{1,40})?"
)  # what a reader may type; files and _stcore are no pages
app = streamlit.App(_HERE.parent / "app.py", middleware=[Middleware(StartPage)])
