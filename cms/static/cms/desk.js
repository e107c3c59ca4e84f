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

  document.addEventListener("w-swap:success", markTab);
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.matches("[data-search-form] input[name=q]") && !isNews(box)) event.stopPropagation();
  }, true);
})();
