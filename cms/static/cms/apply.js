// Makes a step of an application smoother; without this file everything works by its buttons.
// What is typed is saved in passing, files are sent as soon as they are chosen, and questions that an
// answer brings up appear at once. The server answers with every slot of the page; a slot whose shape
// the page has already is left alone, so nothing that is being typed is overwritten.
(() => {
  const form = document.getElementById("step");
  const AFTER_CHANGE = 250;
  const AFTER_TYPING = 3000;

  // A form is sent once: a second press while the first is under way does nothing.
  for (const once of document.querySelectorAll("form[data-sends-once]")) {
    once.addEventListener("submit", (event) => {
      if (once.dataset.sent) event.preventDefault();
      once.dataset.sent = "yes";
    });
  }
  // Coming back with the browser's Back shows the page as it was left: it may be sent again.
  window.addEventListener("pageshow", () => {
    for (const once of document.querySelectorAll("form[data-sends-once]")) delete once.dataset.sent;
  });

  const summary = document.querySelector(".error-summary");
  if (summary) summary.focus();

  if (!form || !window.htmx) return;

  let timer;
  let leaving = false;
  let inFlight = [];

  const saveIn = (delay) => {
    clearTimeout(timer);
    timer = setTimeout(() => { if (!leaving) window.htmx.trigger(form, "save-now"); }, delay);
  };
  form.addEventListener("change", (event) => saveIn(event.target.type === "file" ? 0 : AFTER_CHANGE));
  form.addEventListener("input", () => saveIn(AFTER_TYPING));
  form.addEventListener("submit", () => { leaving = true; clearTimeout(timer); });

  const filesChosen = () => [...form.querySelectorAll("input[type=file]")].filter((input) => input.files.length);

  form.addEventListener("htmx:beforeRequest", () => {
    inFlight = filesChosen().map((input) => ({ input, chosen: input.value }));
    for (const { input } of inFlight) showProgress(input, 0);
  });
  form.addEventListener("htmx:xhr:progress", (event) => {
    const { loaded, total } = event.detail;
    if (total) for (const { input } of inFlight) showProgress(input, Math.round((100 * loaded) / total));
  });
  form.addEventListener("htmx:afterRequest", (event) => {
    for (const { input, chosen } of inFlight) {
      hideProgress(input);
      // The file is stored, or refused for good: either way it must not be sent again.
      if (event.detail.successful && input.value === chosen) input.value = "";
    }
    inFlight = [];
  });

  document.body.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target, fragment } = event.detail;
    if (!target || !target.classList.contains("question")) return;
    const fresh = fragment.querySelector(".question");
    if (fresh && fresh.dataset.shape === target.dataset.shape) event.detail.shouldSwap = false;
  });

  function showProgress(input, value) {
    const box = input.closest(".upload") || input.parentElement;
    let bar = box.querySelector("progress");
    if (!bar) {
      bar = document.createElement("progress");
      bar.className = "progress";
      bar.max = 100;
      bar.setAttribute("aria-labelledby", input.getAttribute("aria-labelledby") || input.id);
      box.append(bar);
    }
    bar.value = value;
  }

  function hideProgress(input) {
    const bar = (input.closest(".upload") || input.parentElement).querySelector("progress");
    if (bar) bar.remove();
  }
})();
