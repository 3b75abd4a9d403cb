"""All of Onbeat as it runs on many machines, as processes of one: `make cluster-demo`."""
