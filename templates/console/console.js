// Small helps; every page works without them.
'use strict';
document.addEventListener('submit', (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});
// A chosen view is shown at once.
const view = document.getElementById('fcf');
if (view) view.addEventListener('change', () => view.form.submit());
// A username that is the e-mail address stays it.
const email = document.getElementById('Email');
const username = document.getElementById('Username');
if (email && username) {
  let before = email.value;
  email.addEventListener('input', () => {
    if (username.value === before) username.value = email.value;
    before = email.value;
  });
}
// A licence leaves its profiles to choose from.
const license = document.getElementById('user_license_id');
const profile = document.getElementById('Profile');
if (license && profile) {
  const groups = [...profile.querySelectorAll('optgroup')];
  const refill = () => {
    const name = license.selectedOptions[0]?.textContent;
    for (const group of groups) group.hidden = group.disabled = Boolean(license.value) && group.label !== name;
    if (profile.selectedOptions[0]?.parentElement?.disabled) {
      profile.value = groups.find((group) => !group.disabled)?.querySelector('option')?.value ?? '';
    }
  };
  license.addEventListener('change', refill);
}
// What can be copied has a button for it.
for (const text of document.querySelectorAll('[data-copy]')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'copy';
  button.textContent = 'Copy';
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(text.textContent);
    button.textContent = 'Copied';
  });
  text.after(button);
}
// Live lists are fetched again while they are looked at.
const live = document.querySelector('[data-live]');
if (live) {
  const fetchAgain = async () => {
    if (document.hidden || live.contains(document.activeElement)) return;
    const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = page.querySelector('[data-live]');
    if (fresh && fresh.innerHTML !== live.innerHTML) live.innerHTML = fresh.innerHTML;
  };
  setInterval(fetchAgain, Number(live.dataset.live) || 3000);
}
// A page that only sends the browser on.
document.querySelector('form[data-send]')?.submit();
// A file can fill a field.
for (const field of document.querySelectorAll('textarea[data-file]')) {
  const label = document.createElement('label');
  label.textContent = `${field.dataset.file} `;
  const input = document.createElement('input');
  input.type = 'file';
  input.addEventListener('change', async () => {
    if (input.files[0]) field.value = await input.files[0].text();
  });
  label.append(input);
  field.before(label);
}
