// Comfort in the editor of a workflow (services_catalog.processes.picking): stages, outcomes, departments and documents are
// picked from lists, keys are proposed from labels. The text inputs stay what is sent.
(() => {
  const library = window.wagtailStreamField && window.wagtailStreamField.blocks;
  if (!library || !window.diwanPickers) return;
  const { quoted, safely, make, pickers, write, listBeside, rowsOf, plain, unused } = window.diwanPickers;
  const language = document.documentElement.lang.split("-")[0];
  let facts = null; // what services_catalog.processes.picking tells
  let stages = null; // Wagtail's block of all stages, once it is drawn

  const CHILD = "[data-streamfield-child]";
  const partOf = (child, name) => child.block.childBlocks && child.block.childBlocks[name];
  const valueOf = (child, name) => (partOf(child, name) ? partOf(child, name).getValue() : "");
  const outcomesOf = (child) => (partOf(child, "outcomes") && partOf(child, "outcomes").children) || [];
  const labelOf = (child) => {
    const words = valueOf(child, "label");
    return (words && (words[language] || Object.values(words).find(Boolean))) || valueOf(child, "key");
  };
  const entriesOf = (children, above) => children.filter((child) => valueOf(child, "key"))
    .map((child) => [valueOf(child, "key"), labelOf(child), above]);

  function list(input, label, empty, missing, entries) {
    const rows = () => {
      const found = new Map();
      for (const entry of entries()) if (!found.has(entry[0])) found.set(entry[0], entry);
      return rowsOf([...found.values()]);
    };
    listBeside(input, {
      label,
      empty,
      rows,
      told: (value) => {
        const row = rows().find(([key]) => key === value);
        return row ? { words: row[1], fault: "" } : { words: quoted(missing, value), fault: "gone" };
      },
    });
  }

  const target = (input) => list(input, facts.words.stage, facts.words.chooseStage, facts.words.noStage, () => entriesOf(stages.children));

  const apart = (input) => list(input, facts.words.outcome, facts.words.chooseOutcome, facts.words.noOutcome, () =>
    stages.children.flatMap((stage) => entriesOf(outcomesOf(stage), labelOf(stage))));

  // What the organisation that is chosen has of a kind.
  const ofOrganisation = (kind) => () => {
    const organisation = document.getElementById("id_organisation");
    const known = JSON.parse((organisation && organisation.dataset[kind]) || "{}");
    return (organisation && known[organisation.value]) || [];
  };

  // The department is asked for only where it is named.
  function department(input) {
    list(input, facts.words.department, facts.words.chooseDepartment, facts.words.noDepartment, ofOrganisation("departments"));
    const place = document.getElementById(input.id.replace(/department$/, "place"));
    const row = input.closest("[data-contentpath]");
    if (!place || !row) return;
    const renew = safely(() => { row.hidden = place.value !== facts.named && !input.value; });
    place.addEventListener("change", renew);
    renew();
  }

  const paper = (input) => list(input, facts.words.paper, facts.words.choosePaper, facts.words.noPaper, ofOrganisation("papers"));

  const TO_DRESS = [
    [/-outcomes-\d+-value-target$/, target],
    [/-apart_from-\d+-value$/, apart],
    [/^stages-\d+-value-department$/, department],
    [/-outcomes-\d+-value-issues$/, paper],
  ];

  const dress = safely((element) => {
    for (const input of element.querySelectorAll('input[name^="stages-"]')) {
      const found = !input.dataset.dressed && TO_DRESS.find(([pattern]) => pattern.test(input.name));
      if (!found) continue;
      input.dataset.dressed = "yes";
      safely(found[1])(input);
    }
  });

  // Every stage has panels of the same names: those who hear them are told of which stage and outcome each is.
  function tellPanelsApart() {
    for (const panel of stages.element.querySelectorAll("section.w-panel--nested")) {
      const heading = panel.querySelector("[data-panel-heading]");
      if (!heading) continue;
      let place = "";
      for (let child = panel.closest(CHILD); child; child = child.parentElement.closest(CHILD)) {
        // What is taken away stays in the page until it is saved.
        const there = [...child.parentElement.children].filter((one) => one.matches(CHILD) && one.ariaHidden !== "true");
        place = `${there.indexOf(child) + 1}${place && "."}${place}`;
      }
      const told = heading.querySelector(":scope > .diwan-place") || heading.appendChild(make("span", { className: "diwan-place w-sr-only" }));
      if (told.textContent !== place) told.textContent = place;
    }
  }

  function refreshAll() {
    for (const picker of pickers) {
      if (picker.input.isConnected) picker.refresh();
      else pickers.delete(picker);
    }
    tellPanelsApart();
  }

  // Keys of the blocks beside this one.
  function takenBeside(element) {
    const siblings = [...element.parentElement.querySelectorAll(`:scope > ${CHILD}`)];
    const inputs = siblings.filter((one) => one !== element).map((one) => one.querySelector('input[name$="-value-key"]'));
    return new Set(inputs.filter(Boolean).map((input) => input.value));
  }

  const isRead = (key) => [...pickers].some(({ input }) => input.value === key);

  function propose(label) {
    const [, stem] = /^(stages-.*-value)-label-[a-z-]+$/.exec(label.name) || [];
    const element = stem && label.closest(CHILD);
    const input = stem && document.getElementById(`${stem}-key`);
    if (!element || !input) return;
    // What was proposed a moment ago may become better; what somebody wrote, saved or refers to stays.
    if (input.value && (input.value !== input.dataset.proposed || isRead(input.value))) return;
    const { first } = facts.naming;
    const codes = [first, ...facts.languages.filter((code) => code !== first)];
    const texts = codes.map((code) => (document.getElementById(`${stem}-label-${code}`) || {}).value || "");
    const name = texts.map((text) => plain(text, "_", facts.naming)).find(Boolean);
    const free = name && unused(name, takenBeside(element), "_");
    if (!free || free === input.value) return;
    input.dataset.proposed = free;
    write(input, free);
  }

  let waiting = 0;
  const refreshSoon = () => { clearTimeout(waiting); waiting = setTimeout(safely(refreshAll), 150); };

  function watch(page) {
    page.addEventListener("change", (event) => {
      safely(propose)(event.target);
      refreshSoon();
    });
    new MutationObserver((records) => {
      const nodes = records.flatMap((record) => [...record.addedNodes, ...record.removedNodes]);
      if (!nodes.some((node) => node.matches && node.matches(`${CHILD}, [data-contentpath]`))) return;
      dress(page);
      refreshSoon();
    }).observe(page, { childList: true, subtree: true });
    // Taking a block away only hides it.
    page.addEventListener("click", (event) => { if (event.target.closest("[data-streamfield-action]")) refreshSoon(); });
    dress(page);
    tellPanelsApart();
  }

  // A copy of a stage or an outcome has another key.
  const { duplicateBlock } = library.StreamBlock.prototype;
  library.StreamBlock.prototype.duplicateBlock = function duplicateAndRename(index, ...rest) {
    const done = duplicateBlock.call(this, index, ...rest);
    safely(() => {
      const copy = this.children[index + 1];
      if (!stages || !copy || !copy.prefix.startsWith("stages-") || !partOf(copy, "key")) return;
      const before = valueOf(copy, "key");
      if (before) partOf(copy, "key").setState(unused(before.replace(/_\d+$/, ""), takenBeside(copy.element), "_"));
    })();
    return done;
  };

  const renderStream = library.StreamBlockDefinition.prototype.render;
  library.StreamBlockDefinition.prototype.render = function renderAndWatch(placeholder, prefix, ...rest) {
    if (!this.meta.workflow) return renderStream.call(this, placeholder, prefix, ...rest);
    facts = this.meta.workflow;
    stages = renderStream.call(this, placeholder, prefix, ...rest);
    setTimeout(safely(() => watch(stages.element.closest("form") || document.body)));
    return stages;
  };
})();
