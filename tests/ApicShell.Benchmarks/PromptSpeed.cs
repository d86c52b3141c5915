using System.Globalization;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;
using System.Runtime.CompilerServices;
using ApicShell.Engine;

namespace ApicShell.Benchmarks;

/// <summary>What commands at the prompt do in a second, with the emulator and with the kernel's KVM: one for many accesses, one for each, machines made.</summary>
internal static class PromptSpeed
{
    private const int Accesses = 1000;
    private const int Machines = 20;

    public static int Measure()
    {
        EngineFolder.Use(EngineFolder.Built);
        return MeasureAll();
    }

    // A method of its own: the runtime looks for the engine when it enters one that names a type of it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int MeasureAll()
    {
        string layout = typeof(PromptSpeed).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "ModuleLayout").Value!;
        using Runspace runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        Run(runspace, $"Import-Module '{Path.Combine(layout, "ApicShell.psd1")}' -ErrorAction Stop");
        Measure(runspace, "Emulator");
        if (Backends.HasKvm("Kvm"))
        {
            Measure(runspace, "Kvm");
        }

        return 0;
    }

    private static void Measure(Runspace runspace, string backend)
    {
        string make = $"New-ApicMachine -Backend {backend} | Out-Null";
        const string Remove = "Get-ApicMachine | Remove-ApicMachine";
        Run(runspace, $"{make}; Set-ApicBase -Mode X2Apic | Out-Null");
        Medians.Print($"{backend}, an access of Read-ApicMsr with many registers", Accesses, count => Run(runspace, $"Read-ApicMsr (@('Version') * {Text(count)}) -Raw | Out-Null"));
        Medians.Print($"{backend}, Read-ApicMsr", Accesses, count => Run(runspace, $"foreach ($i in 1..{Text(count)}) {{ Read-ApicMsr Version -Raw | Out-Null }}"));
        Run(runspace, Remove);
        Medians.Print($"{backend}, New-ApicMachine and Remove-ApicMachine", Machines, count => Run(runspace, $"foreach ($i in 1..{Text(count)}) {{ {make}; {Remove} }}"));
    }

    private static string Text(int count) => count.ToString(CultureInfo.InvariantCulture);

    private static void Run(Runspace runspace, string script)
    {
        using PowerShell shell = PowerShell.Create(runspace);
        shell.AddScript($"$ErrorActionPreference = 'Stop'; {script}").Invoke();
    }
}
