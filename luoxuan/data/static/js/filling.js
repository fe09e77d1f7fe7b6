/* A filling grid saves itself, takes a block of cells from a spreadsheet, and moves by Enter. */
const PAUSE = 1200;

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

/* A choice is pasted by its code or by its words. */
const put = (input, text) => {
  if (!input) return;
  const value = text.trim();
  if (input instanceof HTMLSelectElement) {
    const option = [...input.options].find((one) => one.value === value || one.text.trim() === value);
    input.value = option ? option.value : "";
  } else {
    input.value = value;
  }
};

const pasteBlock = (form, start, text) => {
  const lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
  if (lines.length === 1 && lines[0].length === 1) return false;
  const rows = [...form.querySelectorAll("[data-grid] tbody tr")];
  const top = rows.indexOf(start.closest("tr"));
  const left = cellsOf(rows[top]).indexOf(start.closest("[data-cell]"));
  lines.forEach((line, down) => {
    const row = rows[top + down];
    if (row) line.forEach((part, right) => put(inputOf(cellsOf(row)[left + right]), part));
  });
  return true;
};

const attend = (form) => {
  const status = form.querySelector("[data-status]");
  const counter = document.querySelector("[data-filled]");
  const revision = form.elements.revision;
  let timer = 0;
  let isChanged = false;
  let isMoved = false;
  let isSaving = false;
  let saving = Promise.resolve();

  const take = async (answer) => {
    const known = await answer.json();
    if (answer.ok) {
      revision.value = known.revision;
      const now = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
      status.textContent = `${form.dataset.saved} ${now}`;
      counter.textContent = form.dataset.count.replace("{filled}", known.filled).replace("{required}", known.required);
      form.querySelectorAll("[data-cell]").forEach((cell) => show(cell, "field-error", known.errors[cell.dataset.cell]));
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

  const save = () => {
    clearTimeout(timer);
    if (!isChanged || isMoved) return;
    isChanged = false;
    saving = saving.then(async () => {
      if (isMoved) return;
      isSaving = true;
      try {
        const data = new FormData(form);
        data.set("act", "autosave");
        data.delete("drop");
        await take(await fetch(form.action, { method: "POST", body: data, keepalive: true }));
      } catch {
        isChanged = true;
        status.textContent = form.dataset.lost;
        timer = setTimeout(save, 5000);
      } finally {
        isSaving = false;
      }
    });
  };

  const changed = () => {
    isChanged = true;
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  };

  form.addEventListener("input", changed);
  form.addEventListener("paste", (event) => {
    if (!event.target.closest("[data-cell]")) return;
    if (pasteBlock(form, event.target, event.clipboardData.getData("text/plain"))) {
      event.preventDefault();
      changed();
    }
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
    if (!isSaving) return;
    /* The answer of the save under way brings the revision that this submit needs. */
    event.preventDefault();
    saving.then(() => form.requestSubmit(event.submitter));
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save();
  });
  window.addEventListener("pagehide", save);
};

document.querySelectorAll("form[data-filling]").forEach(attend);

/* A page that came back with something wrong begins there. */
document.querySelector("[data-filling] [aria-invalid='true']")?.focus();
