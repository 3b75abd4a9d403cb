"""The gRPC contract: `.proto` files by hand, the modules beside them by `make protos`."""
