// Comfort in the editor of a form (forms_builder.picking): questions and values are picked from lists, names are
// proposed from labels, a copy gets names of its own, a question moves to another step.
// The text inputs stay what is sent. Where something unexpected happens they are typed into, as without this file.
(() => {
  const library = window.wagtailStreamField && window.wagtailStreamField.blocks;
  if (!library || !window.diwanPickers) return;
  const { say, quoted, safely, make, pickers, write, listBeside, rowsOf, unused } = window.diwanPickers;
  const language = document.documentElement.lang.split("-")[0];
  let facts = null; // what forms_builder.picking tells
  let form = null; // Wagtail's block of all steps, once it is drawn
  const plain = (text, joint) => window.diwanPickers.plain(text, joint, facts.naming);

  // -- the form as it stands in the editor

  const partOf = (child, name) => child.block.childBlocks && child.block.childBlocks[name];
  const valueOf = (child, name) => (partOf(child, name) ? partOf(child, name).getValue() : "");
  const childrenOf = (child, name) => (partOf(child, name) && partOf(child, name).children) || [];
  const fieldsOf = (child) => childrenOf(child, "fields");
  const inLanguage = (words) => (words && (words[language] || Object.values(words).find(Boolean))) || "";

  // Every step and question in its place, worked out anew only when something was written or moved.
  let known = null;
  const forget = () => { known = null; };

  function outline() {
    if (known) return known;
    const places = new Map();
    const questions = [];
    const add = (child, step, group) => {
      const entry = { child, step, group, place: places.size, key: valueOf(child, "key"), type: child.type, inner: [] };
      entry.label = inLanguage(valueOf(child, "label")) || entry.key;
      places.set(child.element, entry);
      return entry;
    };
    form.children.forEach((child, at) => {
      const step = { child, at, place: places.size, isStep: true };
      step.label = inLanguage(valueOf(child, "title")) || say(facts.words.step, { number: at + 1 });
      places.set(child.element, step);
      for (const field of fieldsOf(child)) {
        const question = add(field, step, null);
        questions.push(question);
        for (const inner of fieldsOf(field)) question.inner.push(add(inner, step, question));
      }
    });
    known = { places, questions };
    return known;
  }

  // The step or question whose block an input stands in; null outside the form.
  function ownerOf(element) {
    const { places } = outline();
    for (let at = element; at; at = at.parentElement) if (places.has(at)) return places.get(at);
    return null;
  }

  // What can be read where an input stands, by key: the first of two equal keys counts.
  function readable(input) {
    const owner = ownerOf(input);
    const found = new Map();
    const first = (entry) => { if (entry.key && !found.has(entry.key)) found.set(entry.key, entry); };
    const within = owner && owner.group;
    const before = within || owner;
    const hidden = new Set(within ? within.inner.map((entry) => entry.key) : []);
    for (const entry of outline().questions) {
      if ((!before || entry.place < before.place) && !hidden.has(entry.key)) first(entry);
    }
    if (within) within.inner.filter((entry) => entry.place < owner.place).forEach(first);
    return found;
  }

  const everyKey = (input) => {
    const owner = ownerOf(input);
    return [...outline().questions, ...(owner && owner.group ? owner.group.inner : [])].map((entry) => entry.key);
  };

  function questionList(input, { label, isOf, empty = facts.words.chooseField, ...more }) {
    const fits = (entry) => isOf(facts.kinds[entry.type] || { operators: [] }, entry);
    return listBeside(input, {
      label,
      empty,
      rows: () => rowsOf([...readable(input).values()].filter(fits).map((entry) => [entry.key, entry.label, entry.step.label])),
      told: (key) => {
        const entry = readable(input).get(key);
        if (entry) return fits(entry) ? { words: entry.label, fault: "" } : { words: quoted(facts.words.unfit, entry.label), fault: "unfit" };
        const comesLater = everyKey(input).includes(key);
        return comesLater
          ? { words: quoted(facts.words.later, labelOf(key) || key), fault: "later" }
          : { words: quoted(facts.words.notThere, key), fault: "gone" };
      },
      ...more,
    });
  }

  const labelOf = (key) => (outline().questions.find((entry) => entry.key === key) || {}).label;

  function valueList(input, label, entries, missing) {
    const find = (value) => rowsOf(entries()).find(([one]) => one === value);
    return listBeside(input, {
      label,
      empty: facts.words.chooseValue,
      rows: () => rowsOf(entries()),
      told: (value) => (find(value) ? { words: find(value)[1], fault: "" } : { words: quoted(missing, value), fault: "gone" }),
    });
  }

  const optionsOf = (entry) => childrenOf(entry.child, "options").map((option) => option.block.getValue())
    .filter((option) => option.value).map((option) => [option.value, inLanguage(option.label) || option.value]);

  // -- a rule of a condition

  function rule(field) {
    const stem = field.id.slice(0, -"field".length);
    const operator = document.getElementById(`${stem}operator`);
    const value = document.getElementById(`${stem}value`);
    if (!operator || !value) return;
    const picker = questionList(field, { label: facts.words.field, isOf: (kind) => kind.operators.length > 0 });
    const inputs = valueInputs(value);
    const renew = safely(() => {
      const question = readable(field).get(field.value);
      const kind = question && facts.kinds[question.type];
      fitting(operator, kind);
      inputs(question, kind, operator.value);
    });
    const refresh = picker.refresh;
    picker.refresh = () => { refresh(); renew(); };
    for (const input of [field, operator]) input.addEventListener("change", renew);
    renew();
  }

  // Comparisons that make no sense for the question are put away; the one that was chosen stays, and is marked.
  function fitting(operator, kind) {
    let isWrong = false;
    for (const option of operator.options) {
      const fits = !kind || !option.value || kind.operators.includes(option.value);
      option.hidden = option.disabled = !fits && !option.selected;
      isWrong = isWrong || (!fits && option.selected);
    }
    operator.classList.toggle("diwan-unknown", isWrong);
  }

  const WRITTEN = { date: /^(\d{4}-\d\d-\d\d)?$/, month: /^(\d{4}-\d\d)?$/, time: /^(\d\d:\d\d)?$/ };

  // What fits the question stands beside the input of the value, and is made anew only when that changes.
  function valueInputs(value) {
    let shape = null;
    let picker = null;
    let box = null;
    return (question, kind, operator) => {
      const row = value.closest("[data-contentpath]");
      if (row) row.hidden = facts.noValue.includes(operator);
      const input = kind ? kind.input : "text";
      const several = facts.many.includes(operator);
      const isList = ["options", "yes_no", "countries"].includes(input);
      // A browser's own input would drop what it cannot show.
      const type = !several && WRITTEN[input] && WRITTEN[input].test(value.value) ? input : "text";
      if (value.type !== type && !isList) value.type = type;
      const now = [question && question.child.element.dataset.contentpath, input, several].join(" ");
      if (now === shape) {
        if (picker) picker.refresh();
        if (box) box.refresh();
        return;
      }
      shape = now;
      // How to write a value need not be told where it is picked.
      const help = row && row.querySelector("[data-field-help]");
      if (help) help.hidden = isList;
      if (picker) { pickers.delete(picker); picker.select.remove(); picker = null; }
      if (box) { box.element.remove(); box = null; }
      value.hidden = isList;
      if (!isList) return;
      const entries = { options: () => optionsOf(question), yes_no: () => [["yes", facts.words.yes], ["no", facts.words.no]], countries: () => facts.countries }[input];
      if (several) box = ticks(value, entries);
      else {
        picker = valueList(value, facts.words.value, entries, facts.words.noOption);
        pickers.delete(picker); // drawn again with its rule
      }
    };
  }

  // Several values: one tick for each, written with commas between.
  function ticks(value, entries) {
    const element = make("div", { className: "diwan-ticks" });
    element.setAttribute("role", "group");
    element.setAttribute("aria-label", facts.words.value);
    const chosen = () => value.value.split(/[,،]/).map((text) => text.trim()).filter(Boolean);
    const refresh = safely(() => {
      if (element.contains(document.activeElement)) return;
      const picked = chosen();
      const listed = rowsOf(entries());
      const lost = picked.filter((one) => !listed.some(([key]) => key === one));
      element.replaceChildren(...[...listed, ...lost.map((one) => [one, quoted(facts.words.noOption, one), "lost"])].map(([key, words, is]) => {
        const tick = make("input", { type: "checkbox", value: key, checked: picked.includes(key) });
        return make("label", { className: is === "lost" ? "diwan-unknown" : "" }, tick, make("span", { textContent: words }));
      }));
    });
    element.addEventListener("change", (event) => {
      event.stopPropagation();
      write(value, [...element.querySelectorAll("input:checked")].map((tick) => tick.value).join(", "));
    });
    refresh();
    value.after(element);
    return { element, refresh };
  }

  // -- what else names a question, an option or a column

  const dependsOn = (input) => questionList(input, { label: facts.words.field, isOf: (kind) => kind.isChoice });

  // Fee lines stand outside the form and read all of it.
  const per = (input) => questionList(input, { label: facts.words.field, isOf: (kind) => kind.operators.includes("at_least"), empty: "—" });

  function parentOption(input) {
    const owner = ownerOf(input);
    if (!owner) return;
    const parent = () => readable(input).get(valueOf(owner.child, "depends_on"));
    valueList(input, facts.words.value, () => (parent() ? optionsOf(parent()) : []), facts.words.noOption);
  }

  function operand(input) {
    const owner = ownerOf(input);
    if (!owner) return;
    const counts = () => valueOf(owner.child, "operation") === facts.counts;
    const isNumber = (entry) => (facts.kinds[entry.type] || {}).isNumber;
    const listed = () => rowsOf([...readable(input).values()].flatMap((entry) => {
      if (entry.type === "group" && counts()) return [[entry.key, entry.label, entry.step.label]];
      if (counts()) return [];
      const inner = entry.inner.filter((one) => one.key && isNumber(one)).map((one) => [
        `${entry.key}.${one.key}`, say(facts.words.everyEntry, { group: entry.label, question: one.label }), entry.step.label,
      ]);
      return isNumber(entry) ? [[entry.key, entry.label, entry.step.label], ...inner] : inner;
    }));
    listBeside(input, {
      label: facts.words.field,
      empty: facts.words.chooseField,
      rows: listed,
      told: (value) => {
        const row = listed().find(([one]) => one === value);
        if (row) return { words: row[1], fault: "" };
        const key = value.split(".")[0];
        if (readable(input).has(key)) return { words: quoted(facts.words.unfit, value), fault: "unfit" };
        return everyKey(input).includes(key)
          ? { words: quoted(facts.words.later, labelOf(key) || key), fault: "later" }
          : { words: quoted(facts.words.notThere, value), fault: "gone" };
      },
      typed: { words: facts.words.number, test: (value) => /^-?\d/.test(value) },
    });
  }

  const column = (isOf) => (input) => {
    const owner = ownerOf(input);
    if (!owner) return;
    const columns = () => facts.registries[valueOf(owner.child, "registry")];
    const rows = () => rowsOf((columns() || []).filter(isOf).map(([key, words]) => [key, words]));
    listBeside(input, {
      label: facts.words.column,
      empty: facts.words.chooseColumn,
      rows,
      told: (value) => {
        const row = rows().find(([key]) => key === value);
        return row ? { words: row[1], fault: "" } : { words: quoted(facts.words.noColumn, value), fault: "gone" };
      },
      works: () => Boolean(columns()),
    });
  };

  // A stored choice that is not on offer any more stays chosen, and is marked; browsers would drop it.
  const renderField = library.FieldBlockDefinition.prototype.render;
  library.FieldBlockDefinition.prototype.render = function renderAndKeep(placeholder, prefix, state, ...rest) {
    const field = renderField.call(this, placeholder, prefix, state, ...rest);
    safely(() => {
      const select = typeof state === "string" && state && field.element.querySelector("select");
      if (!select || select.multiple || select.value === state) return;
      select.add(new Option(facts ? quoted(facts.words.gone, state) : state, state, false, true));
      select.classList.add("diwan-unknown");
    })();
    return field;
  };

  // -- names

  const ROLES = [
    { words: "title", name: "key", joint: "-", otherwise: "step", reserved: "reservedSteps" },
    { words: "label", name: "key", joint: "_", otherwise: "question", reserved: "reservedKeys" },
    { words: "label", name: "value", joint: "_", otherwise: "option", reserved: "" },
  ];
  const roleOf = (has) => ROLES.find((role) => has(role.words) && has(role.name));

  // Names that a block among these cannot have.
  function takenBeside(element, role, own) {
    const taken = new Set(role.reserved ? facts.naming[role.reserved] : []);
    const entry = role.name === "key" ? outline().places.get(element) : null;
    if (entry && entry.isStep) form.children.forEach((child) => taken.add(child.element === element ? "" : valueOf(child, "key")));
    else if (entry) {
      const others = [...outline().questions, ...(entry.group ? entry.group.inner : [])];
      others.filter((other) => other !== entry).forEach((other) => taken.add(other.key));
    } else {
      for (const sibling of element.parentElement.querySelectorAll(":scope > [data-streamfield-child]")) {
        const input = sibling.querySelector(`input[name$="-value-${role.name}"]`);
        if (input && input !== own) taken.add(input.value);
      }
    }
    return taken;
  }

  const isRead = (key) => [...pickers].some(({ input }) => input.value === key || input.value.startsWith(`${key}.`));

  function propose(label) {
    const [, stem, words] = /^(form_steps-.*-value)-(title|label)-[a-z-]+$/.exec(label.name) || [];
    const element = stem && label.closest("[data-streamfield-child]");
    const at = (name) => document.getElementById(`${stem}-${name}`);
    const role = element && roleOf((name) => (name === words ? true : at(name)));
    if (!role) return;
    const input = at(role.name);
    // What was proposed a moment ago may become better; what somebody wrote, saved or refers to stays.
    if (input.value && (input.value !== input.dataset.proposed || isRead(input.value))) return;
    const codes = [facts.naming.first, ...facts.languages.filter((code) => code !== facts.naming.first)];
    const texts = codes.map((code) => (at(`${words}-${code}`) || {}).value || "").filter(Boolean);
    if (!texts.length) return;
    const name = texts.map((text) => plain(text, role.joint)).find(Boolean) || role.otherwise;
    const free = unused(name, takenBeside(element, role, input), role.joint);
    if (free === input.value) return;
    input.dataset.proposed = free;
    write(input, free);
  }

  const READS_A_KEY = /-value-field$|-value-depends_on$|-operands-\d+-value$/;

  // A copy of a question has another key, one of a step also reads its own copies.
  function renameCopy(copy) {
    forget();
    const role = roleOf((name) => partOf(copy, name));
    if (!role) return;
    const before = valueOf(copy, role.name);
    const taken = takenBeside(copy.element, role, document.getElementById(`${copy.prefix}-value-${role.name}`));
    if (before && taken.has(before)) {
      partOf(copy, role.name).setState(unused(before.replace(new RegExp(`${role.joint}\\d+$`), ""), taken, role.joint));
    }
    if (role.words !== "title") return;
    const renamed = new Map();
    for (const field of fieldsOf(copy)) {
      const key = valueOf(field, "key");
      renameCopy(field);
      if (key && valueOf(field, "key") !== key) renamed.set(key, valueOf(field, "key"));
    }
    for (const input of copy.element.querySelectorAll("input")) {
      if (!READS_A_KEY.test(input.name)) continue;
      const [key, ...rest] = input.value.split(".");
      if (renamed.has(key)) write(input, [renamed.get(key), ...rest].join("."));
    }
    forget();
  }

  for (const kind of ["StreamBlock", "ListBlock"]) {
    const { duplicateBlock } = library[kind].prototype;
    library[kind].prototype.duplicateBlock = function duplicateAndRename(index, ...rest) {
      const done = duplicateBlock.call(this, index, ...rest);
      safely(() => {
        const copy = this.children[index + 1];
        if (form && copy && copy.prefix.startsWith("form_steps-")) renameCopy(copy);
      })();
      return done;
    };
  }

  // -- to another step

  const stepOf = (child) => form.children.find((step) => fieldsOf(step).includes(child));

  function addMover(child) {
    if (child.hasMover) return;
    child.hasMover = true;
    const button = make("button", { type: "button", className: "button button--icon text-replace white", title: facts.words.move });
    button.innerHTML = '<svg class="icon icon-redirect" aria-hidden="true"><use href="#icon-redirect"></use></svg>';
    button.setAttribute("aria-label", facts.words.move);
    button.setAttribute("aria-expanded", "false");
    button.addEventListener("click", safely(() => toggleMover(child, button)));
    const copy = child.actionsContainerElement.querySelector('[data-streamfield-action="DUPLICATE"]');
    (copy ? copy.before(button) : child.actionsContainerElement.append(button));
  }

  function toggleMover(child, button) {
    const close = () => {
      child.mover.remove();
      child.mover = null;
      button.setAttribute("aria-expanded", "false");
    };
    if (child.mover) { close(); return; }
    forget();
    const own = stepOf(child);
    const select = make("select", { id: `${child.prefix}-move` });
    for (const step of form.children) {
      if (step !== own && partOf(step, "fields")) select.add(new Option(outline().places.get(step.element).label, String(form.children.indexOf(step))));
    }
    const go = make("button", { type: "button", className: "button button-small", textContent: facts.words.moveNow, disabled: !select.options.length });
    child.mover = make("div", { className: "diwan-move" }, make("label", { htmlFor: select.id, textContent: facts.words.moveTo }), select, go);
    go.addEventListener("click", safely(() => { const step = form.children[Number(select.value)]; close(); move(child, step); }));
    child.mover.addEventListener("keydown", (event) => { if (event.key === "Escape") { close(); button.focus(); } });
    child.element.querySelector(".w-panel__header").after(child.mover);
    button.setAttribute("aria-expanded", "true");
    select.focus();
  }

  function move(child, step) {
    const from = stepOf(child);
    const target = partOf(step, "fields");
    const isOpen = child.toggleElement.getAttribute("aria-expanded") === "true";
    const state = child.getState();
    moveComments(child.getContentPath(), `${step.getContentPath()}.fields.${child.id}`);
    partOf(from, "fields").deleteBlock(fieldsOf(from).indexOf(child), { animate: false });
    // Its parts have the ids of the block that comes in its place; what says that it is gone stays.
    child.element.querySelector("section").remove();
    const moved = target.insert(state, target.children.length, { animate: false, collapsed: !isOpen });
    if (step.toggleElement.getAttribute("aria-expanded") === "false") step.toggleElement.click();
    forget();
    dress([moved.element]);
    refreshAll();
    tellReaders(moved);
    moved.element.scrollIntoView({ block: "center" });
    moved.toggleElement.focus({ preventScroll: true });
  }

  function moveComments(before, after) {
    const app = window.comments && window.comments.commentApp;
    if (!app || !before) return;
    for (const comment of app.store.getState().comments.comments.values()) {
      const { contentpath: path } = comment;
      if (path === before || path.startsWith(`${before}.`)) app.updateContentPath(comment.localId, after + path.slice(before.length));
    }
  }

  // Conditions keep what they read; whoever moved a question is told which of them come too early now.
  function tellReaders(moved) {
    const key = valueOf(moved, "key");
    const late = [...pickers].filter(({ input, fault }) => fault === "later"
      && (moved.element.contains(input) || input.value === key || input.value.startsWith(`${key}.`)));
    const names = [...new Set(late.map(({ input }) => `“${(ownerOf(input) || {}).label}”`))];
    if (!names.length) return;
    const told = make("p", { className: "help-block help-warning diwan-told", textContent: say(facts.words.readers, { names: names.join(", ") }) });
    told.setAttribute("role", "status");
    moved.element.querySelector(".w-panel__header").after(told);
  }

  // -- every input that is there, and each that comes later

  const TO_DRESS = [
    [/-(show_if|require_if)-rules-.*-value-field$/, rule],
    [/^form_steps-.*-value-depends_on$/, dependsOn],
    [/^form_steps-.*-options-\d+-value-parent$/, parentOption],
    [/^form_steps-.*-operands-\d+-value$/, operand],
    [/^form_steps-.*-value-show-\d+-value$/, column(([, , isKey]) => !isKey)],
    [/^form_steps-.*-value-blocked_column$/, column(() => true)],
    [/^fee_lines-\d+-value-per$/, per],
  ];
  const ENDS = ["field", "depends_on", "parent", "value", "blocked_column", "per"].map((end) => `input[name$="-${end}"]`).join();

  const dress = safely((elements) => {
    for (const element of elements) {
      for (const input of element.querySelectorAll(ENDS)) {
        const found = !input.dataset.dressed && TO_DRESS.find(([pattern]) => pattern.test(input.name));
        if (!found) continue;
        input.dataset.dressed = "yes";
        safely(found[1])(input);
      }
    }
    for (const step of form.children) fieldsOf(step).forEach(safely(addMover));
  });

  function refreshAll() {
    forget();
    for (const picker of pickers) {
      if (picker.input.isConnected) picker.refresh();
      else pickers.delete(picker);
    }
  }

  // A new question comes with one option; what has to be written next is not folded away.
  function openEmpty(element) {
    for (const child of element.querySelectorAll("[data-streamfield-child]")) {
      const toggle = child.querySelector(':scope > section > .w-panel__header [data-panel-toggle][aria-expanded="false"]');
      const texts = toggle ? child.querySelectorAll('input[name*="-value-label-"]') : [];
      if (texts.length && [...texts].every((input) => !input.value)) toggle.click();
    }
  }

  let waiting = 0;
  const refreshSoon = () => { clearTimeout(waiting); waiting = setTimeout(safely(refreshAll), 150); };
  const isOfForm = (input) => input && typeof input.name === "string" && /^(form_steps|fee_lines)-/.test(input.name);

  function watch(page) {
    // While the label is typed: a name that came only when the label is left would come between what is typed into it.
    page.addEventListener("input", (event) => {
      if (!isOfForm(event.target)) return;
      forget();
      safely(propose)(event.target);
    }, true);
    page.addEventListener("change", (event) => {
      if (!isOfForm(event.target)) return;
      forget();
      refreshSoon();
    });
    new MutationObserver((records) => {
      const added = records.flatMap((record) => [...record.addedNodes]).filter((node) => node.matches && node.matches("[data-streamfield-child]"));
      const isMoved = added.length || records.some((record) => [...record.removedNodes].some((node) => node.matches && node.matches("[data-streamfield-child]")));
      if (!isMoved) return;
      forget();
      dress(added);
      added.forEach(safely(openEmpty));
      refreshSoon();
    }).observe(page, { childList: true, subtree: true });
    // Taking a block away only hides it.
    page.addEventListener("click", (event) => { if (event.target.closest("[data-streamfield-action]")) refreshSoon(); });
    dress([page]);
  }

  const renderStream = library.StreamBlockDefinition.prototype.render;
  library.StreamBlockDefinition.prototype.render = function renderAndWatch(placeholder, prefix, ...rest) {
    if (!this.meta.form) return renderStream.call(this, placeholder, prefix, ...rest);
    facts = this.meta.form;
    form = renderStream.call(this, placeholder, prefix, ...rest);
    // The rest of the page, fee lines among it, is drawn by then.
    setTimeout(safely(() => watch(form.element.closest("form") || document.body)));
    return form;
  };
})();
