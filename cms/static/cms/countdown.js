// Seconds that pass before the reader's eyes; the line goes when there are none left. Not read out: it would never end.
for (const place of document.querySelectorAll("[data-counts-down]")) {
  const end = Date.now() + Number(place.textContent) * 1000;
  const timer = setInterval(() => {
    const left = Math.ceil((end - Date.now()) / 1000);
    place.textContent = Math.max(0, left);
    if (left > 0) return;
    clearInterval(timer);
    place.parentElement.hidden = true;
  }, 500);
}
