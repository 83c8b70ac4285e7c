"""Settings: `base` is the product, `embedded` one machine, `production` what differs, `test` what tests run on."""
