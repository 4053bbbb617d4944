import {
  Button,
  Checkboxes,
  createAll,
  ErrorSummary,
  NotificationBanner,
  PasswordInput,
  ServiceNavigation,
  SkipLink,
} from "govuk-frontend";
import { sayAge } from "../words/age.ts";
import { retryImage } from "./retry-image.ts";

// The components look for this class before they start; pages work without any of it.
document.documentElement.classList.add("scripted");
document.body.classList.add("js-enabled", "govuk-frontend-supported");
for (const component of [
  Button,
  Checkboxes,
  ErrorSummary,
  NotificationBanner,
  PasswordInput,
  ServiceNavigation,
  SkipLink,
])
  createAll(component);

for (const image of document.querySelectorAll<HTMLImageElement>(".ww-image img")) {
  image.addEventListener("error", () => retryImage(image));
  if (image.complete && image.naturalWidth === 0) retryImage(image);
}

const ages = [...document.querySelectorAll<HTMLElement>("[data-since]")];
if (ages.length > 0) {
  setInterval(() => {
    for (const age of ages) age.textContent = sayAge(Date.now() - Number(age.dataset["since"]));
  }, 1_000);
}

// Fields that belong to one choice of a radio group are shown with it; without this they are all shown.
const choices = [...document.querySelectorAll<HTMLElement>("[data-choice]")];
const showChoices = (): void => {
  for (const fields of choices) {
    const { choice, choiceValue } = fields.dataset;
    const chosen = document.querySelector<HTMLInputElement>(`input[name="${choice}"]:checked`);
    fields.hidden = chosen !== null && chosen.value !== choiceValue;
  }
};
if (choices.length > 0) {
  document.addEventListener("change", showChoices);
  showChoices();
}
