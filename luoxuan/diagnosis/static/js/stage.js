/* A written stage saves itself; without script its buttons do the same. */
const PAUSE = 1200;

const showTheirs = (form, name, text) => {
  const place = form.querySelector(`[data-field="${CSS.escape(name)}"]`);
  if (!place) return;
  place.querySelector(":scope > .field-theirs")?.remove();
  const box = document.createElement("div");
  const title = document.createElement("b");
  const words = document.createElement("p");
  box.className = "field-theirs";
  title.textContent = form.dataset.theirs;
  words.textContent = text;
  box.append(title, words);
  place.append(box);
};

const attend = (form) => {
  const status = form.querySelector("[data-autosave-status]");
  const version = form.elements.version;
  let timer = 0;
  let isChanged = false;
  let isMoved = false;
  let isSaving = false;
  let saving = Promise.resolve();

  const content = () => {
    const data = new FormData(form);
    data.set("act", "autosave");
    return data;
  };

  const take = async (answer) => {
    const known = await answer.json();
    if (answer.ok) {
      version.value = known.version;
      const now = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
      status.textContent = `${form.dataset.saved} ${now}`;
    } else if (answer.status === 409) {
      /* Both texts are shown; from here on only the button saves, knowingly. */
      isMoved = true;
      version.value = known.version;
      status.textContent = form.dataset.moved;
      Object.entries(known.theirs).forEach(([name, text]) => showTheirs(form, name, text));
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
        const answer = await fetch(form.action, { method: "POST", body: content(), keepalive: true });
        await take(answer);
      } catch {
        isChanged = true;
        status.textContent = form.dataset.lost;
        timer = setTimeout(save, 5000);
      } finally {
        isSaving = false;
      }
    });
  };

  form.addEventListener("input", () => {
    isChanged = true;
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  });
  form.addEventListener("submit", (event) => {
    isChanged = false;
    clearTimeout(timer);
    if (!isSaving) return;
    /* The answer of the save under way brings the version that this submit needs. */
    event.preventDefault();
    saving.then(() => form.requestSubmit(event.submitter));
  });
  /* Leaving the page or the phone's screen: what was typed goes at once. */
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save();
  });
  window.addEventListener("pagehide", save);
};

document.querySelectorAll("form[data-autosave]").forEach(attend);

/* A page that came back with errors begins at the first of them. */
document.querySelector("[aria-invalid='true'], fieldset[aria-describedby] input")?.focus();
