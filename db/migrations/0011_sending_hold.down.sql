drop table sending_hold;
