-- What people have to do about accounts and organisations is called a task; what clocks run is called a job.
alter table account_duty rename to account_task;
alter index account_duty_open rename to account_task_open;
alter index account_duty_due rename to account_task_due;
alter index account_duty_person rename to account_task_person;
alter table account_task rename constraint account_duty_pkey to account_task_pkey;
alter table account_task rename constraint account_duty_done_by_fkey to account_task_done_by_fkey;
alter table account_task rename constraint account_duty_organisation_id_fkey to account_task_organisation_id_fkey;
alter table account_task rename constraint account_duty_person_id_fkey to account_task_person_id_fkey;
