// The list of requests while it is filtered without loading the page again. Without this script it works as well,
// only less smoothly.
(() => {
  "use strict";

  const search = (address) => [...new URLSearchParams(address)].filter(([, value]) => value).sort().join("&");

  // The tab whose filter is the one in force, as the server marks it when the page is loaded.
  const markTab = () => {
    document.querySelectorAll(".diwan-tabs a").forEach((tab) => {
      if (search(tab.search) === search(location.search)) tab.setAttribute("aria-current", "page");
      else tab.removeAttribute("aria-current");
    });
  };

  // Leaving the search box reports a change of what was searched already. Wagtail then brings the same rows once
  // more, and a row that was being ticked, or a menu being opened, is lost.
  const isNews = (box) => box.value !== (new URLSearchParams(location.search).get(box.name) || "");

  // What would be saved is what is shown now.
  const markQuery = () => {
    document.querySelectorAll("[data-current-query]").forEach((field) => { field.value = location.search.slice(1); });
  };

  // j and k go from request to request, t takes the next one; Enter opens, as it does for any link. Never while typing.
  const isTyping = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");

  const step = (by) => {
    const links = [...document.querySelectorAll(".diwan-list tbody th[scope=row] a")];
    const at = links.indexOf(document.activeElement?.closest("tr")?.querySelector("th[scope=row] a"));
    const next = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by];
    if (next) next.focus();
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target)) return;
    // By the place of the key: on an Arabic keyboard these letters are others.
    if (event.code === "KeyJ") step(1);
    else if (event.code === "KeyK") step(-1);
    else if (event.code === "KeyT") document.querySelector("[data-take-next]")?.requestSubmit();
    else return;
    event.preventDefault();
  });

  // A change of many that is under way: the page tells how far it is without being asked. What is read aloud is only
  // the sentence that changed, and a button that somebody is about to press stays under his hand.
  const follow = async () => {
    const shown = document.querySelector("[data-run-under-way]");
    if (!shown) return;
    let fresh = null;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.ok) fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("run");
    } catch {
      // The server is away for a moment; the next look may find it.
    }
    if (fresh && !fresh.hasAttribute("data-run-under-way")) {
      location.reload();
      return;
    }
    if (fresh) {
      const told = shown.querySelector("[data-run-told]"), news = fresh.querySelector("[data-run-told]");
      if (told.textContent !== news.textContent) told.textContent = news.textContent;
      shown.querySelector("progress").value = fresh.querySelector("progress").value;
      shown.querySelectorAll("dl.diwan-summary dd").forEach((cell, at) => {
        const then = fresh.querySelectorAll("dl.diwan-summary dd")[at];
        if (then && cell.textContent !== then.textContent) cell.textContent = then.textContent;
      });
    }
    setTimeout(follow, 2000);
  };
  setTimeout(follow, 1500);

  // What an office does while somebody looks on: shown anew twice a minute, unless he is at it or looks elsewhere.
  const lookAgain = async () => {
    const shown = document.querySelector("[data-look-again]");
    if (!shown) return;
    if (!document.hidden && !shown.contains(document.activeElement)) {
      try {
        const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
        const page = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page && page.querySelector("[data-look-again]");
        if (fresh) shown.replaceChildren(...fresh.childNodes);
      } catch {
        // The server is away for a moment; the time above the table says how old it is.
      }
    }
    setTimeout(lookAgain, 30000);
  };
  setTimeout(lookAgain, 30000);

  document.querySelectorAll(".diwan-keys").forEach((told) => { told.hidden = false; });
  document.addEventListener("w-swap:success", markTab);
  document.addEventListener("w-swap:success", markQuery);
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.matches("[data-search-form] input[name=q]") && !isNews(box)) event.stopPropagation();
  }, true);
})();
