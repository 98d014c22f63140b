"""What hidden cases alone use, thresholds and oracles: no student and no worker gets this room."""
