/* A filling grid saves itself, takes a block of cells from a spreadsheet, and moves by Enter. */
const PAUSE = 1200;
const RETRY = 5000;
/* A page that goes away may still send so much. */
const LAST_WORDS = 60000;

const cellsOf = (row) => [...row.querySelectorAll("[data-cell]")];
const inputOf = (cell) => cell?.querySelector("input, select");

const show = (cell, className, text) => {
  cell.querySelector(`:scope > .${className}[data-live]`)?.remove();
  if (!text) return;
  const place = document.createElement("small");
  place.className = className;
  place.dataset.live = "";
  place.textContent = text;
  cell.append(place);
};

const unknown = (form, cell) =>
  cell.dataset.pasted && !inputOf(cell).value ? form.dataset.unknown.replace("{text}", cell.dataset.pasted) : "";

/* A choice is pasted by its code or by its words; what it does not offer is said, not swallowed. */
const put = (form, input, text) => {
  if (!input) return;
  const value = text.trim();
  const cell = input.closest("[data-cell]");
  delete cell.dataset.pasted;
  if (input instanceof HTMLSelectElement) {
    const option = [...input.options].find((one) => one.value === value || one.text.trim() === value);
    if (!option) cell.dataset.pasted = value;
    input.value = option ? option.value : "";
  } else {
    input.value = value;
  }
  show(cell, "field-error", unknown(form, cell));
};

const rowsOf = (form) => [...form.querySelectorAll("[data-grid] tbody tr")];

/* Another row like the empty one that the server made; null where no more fit or none may be added. */
const addRow = (form, key = "") => {
  const spare = form.querySelector("template[data-spare]");
  const rows = rowsOf(form);
  if (!spare || rows.length >= Number(form.dataset.most)) return null;
  const id = key || `r${Math.max(0, ...rows.map((row) => Number(row.id.slice(1)) || 0)) + 1}`;
  const row = spare.content.firstElementChild.cloneNode(true);
  const number = String(rows.length + 1);
  row.id = id;
  row.querySelectorAll("[data-number]").forEach((place) => { place.textContent = place.textContent.replace("0", number); });
  row.querySelectorAll("[data-cell]").forEach((cell) => { cell.dataset.cell = cell.dataset.cell.replace("-r0-", `-${id}-`); });
  row.querySelectorAll("input, select").forEach((input) => {
    if (input.value === "r0") input.value = id;
    input.name = input.name.replace("-r0-", `-${id}-`);
    const label = input.getAttribute("aria-label");
    if (label) input.setAttribute("aria-label", label.replace("0", number));
  });
  form.querySelector("[data-grid] tbody").append(row);
  return row;
};

/* Returns how many lines found no row, or -1 for a single cell, which the browser pastes itself. */
const pasteBlock = (form, start, text) => {
  const lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
  if (lines.length === 1 && lines[0].length === 1) return -1;
  const rows = rowsOf(form);
  const top = rows.indexOf(start.closest("tr"));
  const left = cellsOf(rows[top]).indexOf(start.closest("[data-cell]"));
  let over = 0;
  lines.forEach((line, down) => {
    const row = rows[top + down] ?? addRow(form);
    if (!row) {
      over += 1;
      return;
    }
    line.forEach((part, right) => put(form, inputOf(cellsOf(row)[left + right]), part));
  });
  return over;
};

/* What is not saved yet is kept in the tab, so that a reload or a lost connection costs nothing. */
const keeper = (form) => {
  const place = `filling:${form.dataset.user}:${window.location.pathname}`;
  const grab = () => [...new FormData(form)].filter(([name]) => name === "row" || name.startsWith("c-"));
  return {
    keep: (isSent) => {
      const kept = { revision: Number(form.elements.revision.value), isSent, entries: grab() };
      try {
        sessionStorage.setItem(place, JSON.stringify(kept));
      } catch {
        /* A full or forbidden store: the server's copy is all there is. */
      }
    },
    drop: () => sessionStorage.removeItem(place),
    /* Puts back what differs; tells whether anything did. */
    bring: () => {
      const kept = JSON.parse(sessionStorage.getItem(place) ?? "null");
      sessionStorage.removeItem(place);
      const here = Number(form.elements.revision.value);
      if (!kept || kept.revision > here || (kept.isSent && kept.revision < here)) return false;
      let isChanged = false;
      kept.entries.filter(([name]) => name === "row").forEach(([, id]) => {
        const held = kept.entries.some(([name, text]) => name.startsWith(`c-${id}-`) && text.trim());
        if (!document.getElementById(id) && held) addRow(form, id);
      });
      kept.entries.filter(([name]) => name !== "row").forEach(([name, text]) => {
        const input = form.elements[name];
        if (!input || input.value.trim() === text.trim()) return;
        input.value = text;
        isChanged = true;
      });
      /* Written on an older state: the server shows both instead of taking one. */
      if (isChanged) form.elements.revision.value = kept.revision;
      return isChanged;
    },
  };
};

const attend = (form) => {
  const status = form.querySelector("[data-status]");
  const counter = document.querySelector("[data-filled]");
  const revision = form.elements.revision;
  let timer = 0;
  let isChanged = false;
  let isMoved = false;
  let isSaving = false;
  let isLost = false;
  let note = "";
  let saving = Promise.resolve();
  const kept = keeper(form);

  const take = async (answer) => {
    if (answer.redirected) {
      isChanged = true;
      isLost = true;
      status.textContent = form.dataset.gone;
      return;
    }
    const known = await answer.json();
    if (answer.ok) {
      revision.value = known.revision;
      isLost = false;
      if (!isChanged) kept.drop();
      const now = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
      status.textContent = `${form.dataset.saved} ${now} ${note}`.trim();
      counter.textContent = form.dataset.count.replace("{filled}", known.filled).replace("{required}", known.required);
      form.querySelectorAll("[data-cell]").forEach((cell) => show(cell, "field-error", known.errors[cell.dataset.cell] ?? unknown(form, cell)));
    } else if (answer.status === 409) {
      /* Both are shown; from here on only the button saves, knowingly. */
      isMoved = true;
      revision.value = known.revision;
      status.textContent = form.dataset.moved;
      Object.entries(known.theirs).forEach(([name, text]) => {
        const cell = form.querySelector(`[data-cell="${CSS.escape(name)}"]`);
        if (cell) show(cell, "field-theirs", `${form.dataset.theirs}${text || "—"}`);
      });
    } else {
      status.textContent = known.message;
    }
  };

  const send = (isLeaving) => {
    const data = new FormData(form);
    data.set("act", "autosave");
    data.delete("drop");
    /* Only a small body may outlive its page; a large one waits in the tab. */
    const size = [...data].reduce((sum, [name, text]) => sum + name.length + 3 * text.length + 120, 0);
    return fetch(form.action, { method: "POST", body: data, keepalive: isLeaving && size < LAST_WORDS });
  };

  const save = (isLeaving = false) => {
    clearTimeout(timer);
    if (!isChanged || isMoved) return;
    kept.keep(false);
    isChanged = false;
    saving = saving.then(async () => {
      if (isMoved) return;
      isSaving = true;
      try {
        await take(await send(isLeaving));
      } catch {
        isChanged = true;
        isLost = true;
        status.textContent = form.dataset.lost;
        timer = setTimeout(() => save(), RETRY);
      } finally {
        isSaving = false;
      }
    });
  };

  const changed = () => {
    isChanged = true;
    clearTimeout(timer);
    timer = setTimeout(() => save(), PAUSE);
  };

  form.addEventListener("input", changed);
  form.addEventListener("paste", (event) => {
    if (!event.target.closest("[data-cell]")) return;
    const over = pasteBlock(form, event.target, event.clipboardData.getData("text/plain"));
    if (over < 0) return;
    event.preventDefault();
    changed();
    note = over ? form.dataset.over.replace("{n}", over).replace("{most}", form.dataset.most) : "";
    status.textContent = note;
  });
  form.addEventListener("keydown", (event) => {
    const cell = event.target.closest("[data-cell]");
    if (!cell || event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    const row = cell.closest("tr");
    const next = event.shiftKey ? row.previousElementSibling : row.nextElementSibling;
    if (next) inputOf(cellsOf(next)[cellsOf(row).indexOf(cell)])?.focus();
  });
  form.addEventListener("submit", (event) => {
    isChanged = false;
    clearTimeout(timer);
    kept.keep(true);
    if (!isSaving) return;
    /* The answer of the save under way brings the revision that this submit needs. */
    event.preventDefault();
    saving.then(() => form.requestSubmit(event.submitter));
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save(true);
  });
  window.addEventListener("pagehide", () => save(true));
  window.addEventListener("online", () => save());
  window.addEventListener("beforeunload", (event) => {
    if (isLost && isChanged) event.preventDefault();
  });
  if (kept.bring()) {
    status.textContent = form.dataset.rescued;
    changed();
  }
};

document.querySelectorAll("form[data-filling]").forEach(attend);

/* A page that came back with something wrong begins there. */
document.querySelector("[data-filling] [aria-invalid='true']")?.focus();
