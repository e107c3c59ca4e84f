// The editor of a notice's text: how many text messages it comes to, while one types, and a press that puts a placeholder
// where one writes. What cms/segments.py counts, this counts too. Without this script the length of what was saved is
// shown, and placeholders are typed.
addEventListener("DOMContentLoaded", () => {
  "use strict";

  const panel = document.querySelector("[data-notice-counter]");
  const channel = document.querySelector("[name=channel]");
  if (!panel || !channel) return;
  const told = JSON.parse(panel.dataset.noticeCounter);
  const single = new Set(told.gsm);
  const twice = new Set(told.gsmTwice);

  const segments = (text) => {
    const signs = [...text];
    const isGsm = signs.every((sign) => single.has(sign) || twice.has(sign));
    // Gateways count UTF-16 units, as `length` does; a sign of two places is not divided between two messages.
    const places = signs.map((sign) => (isGsm ? (twice.has(sign) ? 2 : 1) : sign.length));
    const characters = places.reduce((sum, place) => sum + place, 0);
    const [alone, each] = isGsm ? [160, 153] : [70, 67];
    if (characters <= alone) return [characters, 1];
    let parts = 0;
    let room = 0;
    for (const place of places) {
      if (place > room) {
        parts += 1;
        room = each;
      }
      room -= place;
    }
    return [characters, parts];
  };

  const filled = (text, samples) => text.replace(/\{([^{}]*)\}/g, (all, word) => samples[word.trim()] ?? all);

  const count = (box, shown) => {
    shown.hidden = channel.value !== told.channel;
    const text = box.value.trim();
    const whole = `${filled(text, told.samples[box.lang] || {})} ${told.closings[box.lang] || ""}`.trim();
    const [characters, parts] = text ? segments(whole) : [0, 0];
    const words = told.words.replace("{c}", characters).replace("{p}", parts);
    if (shown.textContent !== words) shown.textContent = words;
  };

  document.querySelectorAll("textarea[name^=text_]").forEach((box) => {
    const shown = document.createElement("p");
    shown.className = "diwan-muted diwan-length";
    shown.setAttribute("role", "status");
    box.after(shown);
    const again = () => count(box, shown);
    box.addEventListener("input", again);
    channel.addEventListener("change", again);
    again();
  });
  let writing = document.querySelector("textarea[name^=text_]");
  addEventListener("focusin", ({ target }) => {
    if (target.matches("textarea[name^=text_], input[name^=subject_]")) writing = target;
  });
  document.querySelectorAll("code[data-placeholder]").forEach((word) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-small button-secondary";
    button.append(word.cloneNode(true));
    button.addEventListener("click", () => {
      writing.focus();
      writing.setRangeText(word.textContent, writing.selectionStart, writing.selectionEnd, "end");
      writing.dispatchEvent(new Event("input", { bubbles: true }));
    });
    word.replaceWith(button);
  });
  panel.querySelectorAll("[data-saved-size]").forEach((saved) => saved.remove());
});
