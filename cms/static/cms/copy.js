// Buttons that copy a text of the page. Hidden without script: the text can be selected by hand.
for (const button of document.querySelectorAll("[data-copies]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.copies).textContent.trim();
    await navigator.clipboard.writeText(text);
    button.querySelector("span").textContent = button.dataset.copied;
  });
}
