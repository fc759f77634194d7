drop table if exists guests;
drop function if exists search_form(text);
drop type if exists rsvp_status;
