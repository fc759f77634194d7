drop table if exists verifications;
drop table if exists accounts;
drop table if exists sessions;
drop table if exists users;
