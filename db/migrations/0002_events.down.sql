drop table if exists event_collaborators;
drop table if exists events;
drop type if exists collaborator_role;
drop type if exists event_status;
