/* Small behaviours of the shell; every page works without them. */
const root = document.documentElement;
const find = (selector, within = document) => within.querySelector(selector);
const findAll = (selector, within = document) => [...within.querySelectorAll(selector)];

/* Theme: the button says what it does, the choice is remembered on this device. */
const themeButton = find("#theme-button");
const markTheme = () => themeButton?.setAttribute("aria-pressed", String(root.dataset.bsTheme === "dark"));
themeButton?.addEventListener("click", () => {
  root.dataset.bsTheme = root.dataset.bsTheme === "dark" ? "light" : "dark";
  markTheme();
  try {
    localStorage.setItem("luoxuan-theme", root.dataset.bsTheme);
  } catch {
    /* Not remembered, still changed. */
  }
});
markTheme();

/* Printing is always light. */
let themeOnScreen = null;
window.addEventListener("beforeprint", () => {
  themeOnScreen = root.dataset.bsTheme;
  root.dataset.bsTheme = "light";
});
window.addEventListener("afterprint", () => {
  if (themeOnScreen) root.dataset.bsTheme = themeOnScreen;
});

/* Menu of narrow screens. */
const burger = find(".burger");
const setMenu = (isOpen) => {
  document.body.classList.toggle("nav-open", isOpen);
  burger.setAttribute("aria-expanded", String(isOpen));
};
burger?.addEventListener("click", () => {
  setMenu(!document.body.classList.contains("nav-open"));
  if (document.body.classList.contains("nav-open")) find(".side-menu a")?.focus();
});
document.addEventListener("click", (event) => {
  if (!document.body.classList.contains("nav-open")) return;
  if (!event.target.closest(".side-menu, .burger")) setMenu(false);
});

/* Drawer: opened by its address; focus moves in, Esc, the cross and Back give it back. */
const drawer = find(".drawer");
let opener = null;
const closeDrawer = () => {
  if (opener) {
    /* The step that opening made is taken back, so that Back then leaves the page. */
    history.back();
    return;
  }
  location.replace("#main");
  history.replaceState(null, "", location.pathname + location.search);
  find(".drawer-open")?.focus();
};
window.addEventListener("hashchange", () => {
  if (!opener || location.hash === "#who") return;
  opener.focus();
  opener = null;
});
findAll('a[href="#who"]').forEach((link) =>
  link.addEventListener("click", () => {
    opener = link;
    setTimeout(() => find("h2", drawer)?.focus(), 30);
  }),
);
find(".drawer-close")?.addEventListener("click", (event) => {
  event.preventDefault();
  closeDrawer();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (document.body.classList.contains("nav-open")) {
    setMenu(false);
    burger.focus();
  } else if (location.hash === "#who") {
    closeDrawer();
  }
});

/* Ctrl K goes to the search field; where the bar has no room for it, to the search page. */
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
  const field = find("#top-search");
  const link = find(".top-search-link");
  if (!field) return;
  event.preventDefault();
  if (field.offsetParent) field.focus();
  else link?.click();
});

/* A form is sent once: a second click while it is under way does nothing. */
findAll('form[method="post"]').forEach((form) =>
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent === "yes") {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    findAll("[type=submit]", form).forEach((button) => button.setAttribute("aria-disabled", "true"));
  }),
);
window.addEventListener("pageshow", () =>
  findAll('form[data-sent="yes"]').forEach((form) => {
    delete form.dataset.sent;
    findAll("[type=submit]", form).forEach((button) => button.removeAttribute("aria-disabled"));
  }),
);

/* After a refused form the first bad field has the focus. */
find('form [aria-invalid="true"]')?.focus();

/* Without network one page says so: a worker keeps it, in the language that was read last. */
try {
  localStorage.setItem("luoxuan-language", root.lang);
} catch {
  /* Both languages are shown then. */
}
window.addEventListener("load", () => {
  navigator.serviceWorker?.register("/service-worker.js").catch(() => {
    /* Without the worker every page works; only the browser itself says that there is no network. */
  });
});
