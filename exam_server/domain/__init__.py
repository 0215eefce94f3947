"""The rules of the exam room: plain functions of values and of a `now` that is an argument."""
