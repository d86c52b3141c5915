using Xunit;

[assembly: TestFramework("ApicShell.Tests.Engine.EngineTestFramework", "ApicShell.Module.Tests")]

// Each test has a session, and so a thread, of its own; what tests share is locked.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
