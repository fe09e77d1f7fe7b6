"""Work item W4: a page of fifty rows with login, session and CSRF."""
