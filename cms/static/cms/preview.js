// In a preview of the wizard: links that lead out of it open in a window of their own. Inside the editor's
// frame they would show nothing, because no other page of the portal may be framed.
(() => {
  const INSIDE = /\/apply\/preview\/\d+\//;
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || link.target || INSIDE.test(link.pathname) || link.getAttribute("href").startsWith("#")) return;
    link.target = "_blank";
    link.rel = "noopener";
  });
})();
