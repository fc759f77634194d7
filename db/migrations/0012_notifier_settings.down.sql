alter table notifiers drop column fingerprint;
