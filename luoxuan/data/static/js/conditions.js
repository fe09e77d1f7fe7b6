/* A question that depends on another answer is hidden until that answer is given; the server decides the same. */
const answers = (form, name) =>
  /* What is hidden itself decides nothing. */
  form.querySelector(`[data-field="${CSS.escape(name)}"]`)?.hidden ? [] : [...new FormData(form).getAll(name)].map(String);

const attend = (form) => {
  const asked = [...form.querySelectorAll("[data-shown-if]")];
  const decide = () => {
    asked.forEach((field) => {
      const wanted = Object.entries(JSON.parse(field.dataset.shownIf));
      field.hidden = !wanted.every(([name, value]) => answers(form, name).includes(value));
    });
  };
  form.addEventListener("input", decide);
  decide();
};

new Set([...document.querySelectorAll("[data-shown-if]")].map((field) => field.closest("form"))).forEach(attend);
