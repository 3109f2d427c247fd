// a mutant whose name has no verb before its "not"
