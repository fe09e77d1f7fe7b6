/* Runs before the first paint: the remembered theme, and a mark that scripts are on. */
(() => {
  const root = document.documentElement;
  root.classList.remove("no-script");
  try {
    const remembered = localStorage.getItem("luoxuan-theme");
    if (remembered === "dark" || remembered === "light") root.dataset.bsTheme = remembered;
  } catch {
    /* Storage may be forbidden; the page is then light. */
  }
})();
