// Says which file was chosen where it waits for the button of the form; without script the browser says it itself.
for (const input of document.querySelectorAll(".upload input[type=file]")) {
  const told = input.parentElement.querySelector(".upload__chosen");
  if (!told) continue;
  const tell = () => {
    told.textContent = [...input.files].map((file) => file.name).join(" · ");
  };
  input.addEventListener("change", tell);
  // Back may bring a page whose file is still chosen.
  window.addEventListener("pageshow", tell);
}
