/* The page without network is kept in both languages: the one that the reader chose last stays. */
(() => {
  let language = null;
  try {
    language = localStorage.getItem("luoxuan-language");
  } catch {
    /* Nothing is remembered: both stay. */
  }
  if (language !== "en" && language !== "zh-hans") return;
  document.documentElement.lang = language;
  document.querySelectorAll("body [lang]").forEach((text) => {
    if (text.lang !== language) text.remove();
  });
  document.title = `${document.querySelector("h1").innerText} · ${language === "en" ? "Luoxuan" : "螺旋"}`;
})();
