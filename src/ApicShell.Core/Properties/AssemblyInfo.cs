using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("ApicShell.Core.Tests")]
[assembly: InternalsVisibleTo("ApicShell.Core.Tests.NetStandard")]
[assembly: InternalsVisibleTo("ApicShell.Fuzzing")]
