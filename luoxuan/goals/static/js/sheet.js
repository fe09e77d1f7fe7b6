/* The monthly sheet counts the taps while they are made; it works without this too. */
const sheet = document.querySelector("[data-sheet]");
const count = () => {
  const cards = [...sheet.querySelectorAll(":scope > .sheet-card .pick")].filter((pick) => !pick.closest("details"));
  const answered = cards.filter((pick) => pick.querySelector("input:checked")).length;
  document.querySelector("[data-answered]").textContent = answered;
  document.querySelector("[data-progress]").value = answered;
};
sheet?.addEventListener("change", count);
if (sheet) count();
