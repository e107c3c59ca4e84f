// Lists beside text inputs and names proposed from labels, for the editors of forms and of workflows
// (form-editor.js, workflow-editor.js). The text inputs stay what is sent.
(() => {
  const say = (words, values) => Object.entries(values).reduce((text, [name, value]) => text.replace(`%(${name})s`, value), words);
  const quoted = (words, value) => say(words, { value: `\u2068${value}\u2069` });
  const safely = (work) => (...given) => {
    try { return work(...given); } catch (error) { console.warn("editor", error); return undefined; }
  };
  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  // -- a list beside a text input, which keeps the value

  const pickers = new Set();

  function write(input, value) {
    input.value = value;
    for (const name of ["input", "change"]) input.dispatchEvent(new Event(name, { bubbles: true }));
  }

  function namedBy(input, control) {
    const wrapper = input.closest("[data-contentpath]");
    const label = wrapper && wrapper.querySelector("label");
    if (label && label.htmlFor === input.id) label.htmlFor = control.id;
    else control.setAttribute("aria-label", control.dataset.label);
    const described = input.getAttribute("aria-describedby");
    if (described) control.setAttribute("aria-describedby", described);
  }

  // rows: () → [value, words, heading]; told: value → {words, fault} for what is not among them or must be said
  // quickly; typed: a kind of value that is written, not picked; works: whether there is a list at all.
  function listBeside(input, { label, empty, rows, told, typed, works = () => true }) {
    const select = make("select", { id: `${input.id}-pick`, className: "diwan-pick" });
    select.dataset.label = label;
    let isFull = false;
    let types = false;
    const picker = { input, select, fault: "" };
    const option = (value, words) => new Option(words, value, false, value === input.value);

    function draw(full) {
      const usable = works();
      select.hidden = !usable;
      types = Boolean(typed && (types || typed.test(input.value)));
      input.hidden = usable && !types;
      const now = input.value && !types ? told(input.value) : { words: "", fault: "" };
      const listed = full ? rows() : [];
      const options = [new Option(empty, "")];
      let heading = null;
      let into = null;
      for (const [value, words, above] of listed) {
        if (above !== heading) {
          heading = above;
          into = above ? make("optgroup", { label: above }) : null;
          if (into) options.push(into);
        }
        (into ? into.append(option(value, words)) : options.push(option(value, words)));
      }
      if (input.value && !types && !listed.some(([value]) => value === input.value)) options.push(option(input.value, now.words));
      if (typed) options.push(new Option(typed.words, TYPED, false, types));
      select.replaceChildren(...options);
      select.value = types ? TYPED : input.value;
      isFull = full;
      picker.fault = usable ? now.fault : "";
      select.classList.toggle("diwan-unknown", Boolean(picker.fault));
      select.toggleAttribute("aria-invalid", Boolean(picker.fault));
    }

    picker.refresh = safely(() => { if (document.activeElement !== select) draw(false); });
    const fill = safely(() => { if (!isFull || document.activeElement !== select) draw(true); });
    for (const occasion of ["focus", "pointerdown"]) select.addEventListener(occasion, fill);
    select.addEventListener("change", safely((event) => {
      event.stopPropagation();
      types = select.value === TYPED;
      write(input, types ? "" : select.value);
      draw(true);
      if (types) input.focus();
    }));
    draw(false);
    input.after(select);
    namedBy(input, select);
    pickers.add(picker);
    return picker;
  }
  const TYPED = "\u0000";

  // Labels are shown; where two are the same, what tells them apart stands beside.
  function rowsOf(entries) {
    const times = new Map();
    for (const [, words] of entries) times.set(words, (times.get(words) || 0) + 1);
    return entries.map(([value, words, above]) => [value, times.get(words) > 1 ? `${words} (\u2068${value}\u2069)` : words, above]);
  }

  // -- names

  // The same as forms_builder.proposing, which names what is still without a name when it is saved.
  function plain(text, joint, { letters, most }) {
    const digits = text.replace(/[٠-٩۰-۹]/g, (digit) => String(digit.codePointAt(0) & 15));
    const bare = digits.toLowerCase().replace(/['’]/g, "").normalize("NFKD").replace(/\p{M}/gu, "");
    const latin = [...bare].map((letter) => (letter in letters ? letters[letter] : letter)).join("");
    const found = latin.split(/[^a-z0-9]+/).filter(Boolean);
    const first = found.findIndex((word) => /^[a-z]/.test(word));
    if (first < 0) return "";
    const [head, ...others] = [...found.slice(first), ...found.slice(0, first)];
    let name = head.slice(0, most);
    for (const word of others) {
      if (name.length + joint.length + word.length > most) break;
      name += joint + word;
    }
    return name;
  }

  function unused(name, taken, joint) {
    let found = name;
    for (let number = 2; taken.has(found); number += 1) found = `${name}${joint}${number}`;
    return found;
  }

  window.diwanPickers = { say, quoted, safely, make, pickers, write, listBeside, rowsOf, plain, unused };
})();
