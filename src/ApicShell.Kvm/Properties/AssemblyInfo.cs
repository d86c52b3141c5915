using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("ApicShell.Kvm.Tests")]
