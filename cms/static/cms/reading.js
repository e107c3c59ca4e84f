// Says which messages this page showed, so that they count as read; without script the button of the form does it.
const form = document.querySelector("form[data-reads]");
if (form) {
  const told = new FormData(form);
  told.append("quietly", "1");
  fetch(form.action, { method: "POST", body: told, credentials: "same-origin" })
    .then((answer) => {
      if (answer.status !== 204) return;
      form.hidden = true;
      for (const badge of document.querySelectorAll("[data-unread]")) {
        const left = Number(badge.dataset.unread) - Number(form.dataset.reads);
        if (left > 0) badge.querySelector("[data-number]").textContent = left;
        else badge.hidden = true;
      }
    })
    .catch(() => {}); // The button stays.
}
