// A telephone gets charts of its own; the server learns of it before it draws the first.
document.cookie = `narrow=${innerWidth < 640 ? 1 : 0}; path=/; SameSite=Strict`;

// A change of page with a new selection is two steps to the framework, first the selection, then the page: one Back must
// undo both.
(() => {
  const push = history.pushState;
  let selected = 0;
  history.pushState = function (state, title, url) {
    const to = new URL(url ?? location.href, location.href);
    const stays = to.pathname === location.pathname;
    const second = !stays && to.search === location.search && Date.now() - selected < 1000;
    selected = stays ? Date.now() : 0;
    return (second ? history.replaceState : push).call(this, state, title, url);
  };
})();
