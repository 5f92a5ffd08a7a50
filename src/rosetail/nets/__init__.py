"""Networks: shapes only, no losses, no files of their own, no devices."""
