-- Which guests of all events an address stands for: a frequency cap asks it of each guest that is about to be mailed. A hash answers that
-- question and no other: a B-tree can also be read in the order of addresses, and the planner would take it in the place of
-- `guests_by_address` for an event that has most of the guests. Without either it takes the index of the households, which begins with the
-- event (measured: 13 us for each guest instead of 4).
create index guests_by_email on guests using hash (email);
