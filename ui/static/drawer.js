// Counting a drawer by hand: sums as one types, Enter goes to the next line. What is expected is not on this page.
(() => {
  "use strict";
  const form = document.querySelector("form[data-drawer]");
  const rupiah = (amount) => `Rp ${String(amount).replace(/\B(?=(\d{3})+$)/g, ".")}`;

  document.addEventListener("input", (event) => {
    const money = event.target.closest("[data-group]");
    if (!money) return;
    const typed = money.value.replace(/\D/g, "").slice(0, 12);
    money.value = typed === "" ? "" : String(Number(typed)).replace(/\B(?=(\d{3})+$)/g, ".");
  });
  if (!form) return;

  const fields = [...form.querySelectorAll("[data-worth]")];
  function add() {
    let total = 0;
    for (const field of fields) {
      const sum = Number(field.value.replace(/\D/g, "")) * Number(field.dataset.worth);
      field.closest("tr").querySelector("[data-sum]").textContent = rupiah(sum);
      total += sum;
    }
    document.getElementById("count-total").textContent = rupiah(total);
  }
  form.addEventListener("input", add);
  form.addEventListener("keydown", (event) => {
    const place = fields.indexOf(event.target);
    if (place < 0) return;
    const to = { Enter: place + 1, ArrowDown: place + 1, ArrowUp: place - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = fields[to];
    if (next) next.select();
    else if (to > place) form.querySelector("button[type=submit]").focus();
  });
  add();
})();
