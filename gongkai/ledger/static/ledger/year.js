// Choosing a year opens that year's ledger. Without it, the button beside the choices does.
const choice = document.querySelector("[data-year-switch]");
choice?.addEventListener("change", () => {
  location.assign(`${choice.dataset.yearSwitch}${choice.value}/`);
});
