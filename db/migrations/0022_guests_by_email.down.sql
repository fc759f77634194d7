drop index if exists guests_by_email;
