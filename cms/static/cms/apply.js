// Makes a step of an application smoother; without this file everything works by its buttons.
// What is typed is saved in passing, files are sent as soon as they are chosen, questions that an answer
// brings up appear at once, and rows (companions) are added, changed and removed on the page. The server
// answers with every slot of the page. In passing, a slot whose shape the page has already is left alone,
// so nothing that is being typed is overwritten; after a press the page stands still and all are renewed.
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

  const AUTOSAVE = { do: "autosave" };
  const CONFLICT = 409;
  const FOCUSABLE = "input:not([type=hidden]), select, textarea, button, [tabindex]";
  let timer;
  let leaving = false;
  let underWay = null;
  let filesUnderWay = [];

  // The form's own properties may be hidden by questions of the same name ("action", "inert"): attributes are not.
  const stands = (still) => form.toggleAttribute("inert", still);
  const send = (values) => window.htmx.ajax("POST", location.pathname, { source: form, values, swap: "none" });

  const saveIn = (delay) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (leaving) return;
      if (underWay) saveIn(AFTER_CHANGE);
      else send(AUTOSAVE);
    }, delay);
  };
  form.addEventListener("change", (event) => saveIn(event.target.type === "file" ? 0 : AFTER_CHANGE));
  form.addEventListener("input", () => saveIn(AFTER_TYPING));
  form.addEventListener("submit", () => { leaving = true; clearTimeout(timer); });

  // A button that changes the page in place. Should something be under way, it waits for its turn.
  let pressed = null;
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-in-place]");
    if (!button) return;
    event.preventDefault();
    clearTimeout(timer);
    const slot = button.closest(".question");
    pressed = { name: button.name, value: button.value, slot: slot && slot.id };
    stands(true);
    send({ [button.name]: button.value });
  });

  const isPress = () => Boolean(pressed && underWay && underWay.get(pressed.name) === pressed.value);

  const filesChosen = () => [...form.querySelectorAll("input[type=file]")].filter((input) => input.files.length);

  form.addEventListener("htmx:beforeRequest", (event) => {
    underWay = event.detail.requestConfig.formData;
    filesUnderWay = filesChosen().map((input) => ({ input, chosen: input.value }));
    for (const { input } of filesUnderWay) showProgress(input, 0);
  });
  form.addEventListener("htmx:xhr:progress", (event) => {
    const { loaded, total } = event.detail;
    if (total) for (const { input } of filesUnderWay) showProgress(input, Math.round((100 * loaded) / total));
  });
  form.addEventListener("htmx:afterRequest", (event) => {
    const { successful, xhr } = event.detail;
    for (const { input, chosen } of filesUnderWay) {
      hideProgress(input);
      // The file is stored, or refused for good: either way it must not be sent again.
      if ((successful || xhr.status === CONFLICT) && input.value === chosen) input.value = "";
    }
    filesUnderWay = [];
    const press = isPress() ? pressed : null;
    underWay = null;
    if (!xhr.status) showUnreachable();
    if (!press) return;
    pressed = null;
    stands(false);
    if (successful) focusAfter(press);
    else if (xhr.status) sendWhole(press);
  });

  document.body.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target, fragment } = event.detail;
    if (isPress() || !target || !target.classList.contains("question")) return;
    const fresh = fragment.querySelector(".question");
    // What is found while somebody stands among the inputs waits for his press, or until he has left them.
    if (target.querySelector(".lookup__inputs") && target.contains(document.activeElement)) event.detail.shouldSwap = false;
    if (fresh && fresh.dataset.shape === target.dataset.shape) event.detail.shouldSwap = false;
  });

  // To what is wrong; else into the row that was opened; else to where the next one is added.
  function focusAfter(press) {
    const slot = press.slot && document.getElementById(press.slot);
    const goal = document.querySelector(".error-summary") || (slot && (slot.querySelector(".subform") || slot));
    if (!goal) return;
    const adds = goal === slot && slot.querySelector("button[value^='row-add:']");
    const control = adds || (goal.matches(FOCUSABLE) ? goal : goal.querySelector(FOCUSABLE));
    if (control) control.focus();
  }

  // The answer cannot be shown in place: send the page as a browser without scripts does, and show that.
  function sendWhole(press) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name: press.name, value: press.value });
    form.appendChild(input);
    form.requestSubmit();
  }

  function showUnreachable() {
    const saved = document.getElementById("saved");
    if (saved) saved.textContent = form.getAttribute("data-unreachable");
  }

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
