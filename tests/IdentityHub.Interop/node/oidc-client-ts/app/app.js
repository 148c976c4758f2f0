// The application: what a page needs of oidc-client-ts, and nothing else. Its settings come with its address, once: /app?authority=…&scope=…
const given = new URLSearchParams(location.search);
if (given.has('authority')) {
  localStorage.setItem('settings', JSON.stringify({ authority: given.get('authority'), scope: given.get('scope') }));
}

const app = new oidc.UserManager({
  ...JSON.parse(localStorage.getItem('settings')),
  client_id: 'spa',
  redirect_uri: `${location.origin}/app`,
  silent_redirect_uri: `${location.origin}/silent`,
  post_logout_redirect_uri: `${location.origin}/goodbye`,
  loadUserInfo: true,
  automaticSilentRenew: false,
  includeIdTokenInSilentRenew: true,
  silentRequestTimeoutInSeconds: 60,
});

const returned = given.has('code') || given.has('error');
const ready = location.pathname === '/silent' ? app.signinSilentCallback()
  : location.pathname === '/app' && returned ? app.signinRedirectCallback()
    : location.pathname === '/goodbye' ? app.signoutRedirectCallback()
      : Promise.resolve();
