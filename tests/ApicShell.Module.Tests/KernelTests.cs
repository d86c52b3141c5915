using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using ApicShell.Tests.Engine;
using Xunit;

namespace ApicShell.Tests;

/// <summary>Machines of the kernel's own KVM behind the cmdlets.</summary>
[Trait("Speed", "Slow")]
[Collection(nameof(KernelTests))]
public sealed class KernelTests : IDisposable
{
    private const string Machine = "$m = New-ApicMachine -Backend Kvm -Name k; $v = $m.Vcpu";

    private readonly EngineSession _session = EngineSession.WithModule();

    public void Dispose() => _session.Dispose();

    [KernelFact]
    public void Who_answers_is_the_kernel_by_its_name()
    {
        string[] said = Strings($"{Machine}; $a = Read-ApicMmio Version; $a.AnsweredBy, $a.Rule.Id, $a.Source, $m.Kernel, $m.Backend, $m.Platform, $m.Model");

        string kernel = $"Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}";
        Assert.Equal(["Kvm", "KernelAnswered", kernel, kernel, "Kvm", "Native", "Kvm"], said);
    }

    [KernelFact]
    public void A_fault_names_the_kernel_as_its_source()
    {
        ErrorRecord error = _session.Run($"{Machine}; Read-ApicMsr Tpr").SingleError;

        Assert.StartsWith("GuestFault.GP,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("Linux ", error.Exception.Message, StringComparison.Ordinal);
    }

    [KernelFact]
    public void A_message_is_in_the_trace_and_says_whom_it_reached()
    {
        string[] said = Strings(
            $"{Machine}; Write-ApicMmio Svr 0x1FF; Clear-ApicTrace; Send-ApicInterrupt -Destination 0 -Vector 0x51 | ForEach-Object {{ $_.Accepted.Index }}; $null = Send-ApicInterrupt -Destination 9 -Vector 0x52; "
            + "Get-ApicTrace | ForEach-Object { \"$($_.Kind) $($_.Interrupt.Vector)\" }");

        Assert.Equal(["0", "Sent 81", "Accepted 81", "Sent 82"], said);
    }

    /// <summary>The same commands, whose answers follow from the manuals, on both.</summary>
    [KernelTheory]
    [InlineData("Set-ApicBase -Mode X2Apic; Read-ApicMsr Id, Version, Ldr, Svr")]
    [InlineData("Set-ApicBase -Mode Disabled; Read-ApicMmio Tpr; Set-ApicBase -Mode XApic")]
    [InlineData("Set-ApicBase -Mode Invalid; Set-ApicBase -BaseAddress 0xFFFFFFFFF000; Read-ApicMmio Id")]
    [InlineData("Write-ApicMmio Svr 0x1FF; Send-ApicIpi 0x41 -Shorthand Self; Set-ApicVcpu -InterruptsEnabled $true; Receive-ApicInterrupt -Complete")]
    [InlineData("Set-ApicVcpu -Cr8 4; Read-ApicMmio Tpr, Ppr; Write-ApicMmio Tpr 0x35; Read-ApicMmio Ppr")]
    [InlineData("Send-ApicInterrupt -Nmi; Send-ApicInterrupt -Nmi; Send-ApicInterrupt -Nmi; Receive-ApicInterrupt -Count 4")]
    [InlineData("Send-ApicInterrupt -Destination 0 -Vector 0x51; Send-ApicInterrupt -Destination 9 -Vector 0x52; Send-ApicInterrupt -Address 0xFEE00000 -Data 0x53; Get-ApicRegister")]
    [InlineData("Read-ApicMsr ApicBase -Origin Host; Write-ApicMsr ApicBase 0xFEE00500 -Origin Host; Write-ApicMsr ApicBase 0xFEE00D00 -Origin Host; Read-ApicMsr Tpr -Origin Host")]
    [InlineData("$_.Vcpu[1] | Set-ApicBase -Mode X2Apic; Send-ApicIpi -To $_.Vcpu[1] -Mode Init; Send-ApicIpi -To $_.Vcpu[1] -Mode Startup -Vector 8; $_.Vcpu[1] | Read-ApicMsr ApicBase")]
    [InlineData("$new = New-ApicVcpu -Machine $_ -ApicId 7; $new | Set-ApicBase -Mode X2Apic; Send-ApicInterrupt -Destination 7 -Vector 0x44; $new | Read-ApicMsr Id, Irr2")]
    [InlineData("Write-ApicMmio LvtTimer, TimerDivide, TimerInitial 0x40, 0xB, 1000; Step-ApicClock 1000000; Read-ApicMmio TimerCurrent, Irr2")]
    [InlineData("Write-ApicMmio LvtTimer, TimerDivide, TimerInitial 0x40, 0xB, 300000000; Step-ApicClock -ToNextTimer; Read-ApicMmio Irr2")]
    [InlineData("Reset-ApicVcpu; Set-ApicBase -Mode X2Apic; Write-ApicMsr Svr, Tpr 0x1FF, 0x44; Reset-ApicVcpu; Read-ApicMmio Svr, Tpr; Read-ApicMsr ApicBase")]
    public void The_emulator_and_the_kernel_end_alike(string script)
    {
        string[] said = Strings($"$c = Compare-ApicBackend {{ {script} }} -VcpuCount 2; $c.Same; $c.Compared -gt 0; $c.Difference | ForEach-Object Description");

        Assert.Equal(["True", "True"], said);
    }

    /// <summary>A firmware's timer runs meanwhile, and real time passes: what waits at the end is not compared.</summary>
    [KernelTheory]
    [InlineData("Import-ApicTrace {trace} | Invoke-ApicReplay", 100)]
    [InlineData("Invoke-ApicBoot OvmfSmall -Machine $_", 150)]
    public void Every_access_of_a_firmware_ends_alike(string script, int least)
    {
        string block = script.Replace("{trace}", $"'{SampleFiles.RecordedBoot}'", StringComparison.Ordinal);

        string[] said = Strings(
            $"$c = Compare-ApicBackend {{ {block} }} -VcpuCount 2; $c.Compared -ge {least}; $c.Difference | Where-Object {{ $_.Kind -ne 'State' -or $_.Operation -notlike 'Irr*' }} | ForEach-Object Description");

        Assert.Equal(["True"], said);
    }

    /// <summary>A comparison that cannot fail would say nothing: a quirk that one side lacks is found, on either kind of machine.</summary>
    [KernelTheory]
    [InlineData("Kvm", "Emulator")]
    [InlineData("Emulator", "Kvm")]
    [InlineData("Kvm", "Kvm")]
    public void A_quirk_that_one_side_lacks_is_seen(string usual, string changed)
    {
        string[] said = Strings($$"""
            $a = New-ApicMachine -Backend {{usual}}; $b = New-ApicMachine -Backend {{changed}} -DisableQuirk Lint0Reenabled
            $c = Compare-ApicBackend { Read-ApicMmio LvtLint0 } -Machine $a, $b
            $c.Same; $c.First.Ending; $c.Difference.Kind
            """);

        Assert.Equal(["False", "0x00000700", "0x00010000", "Command", "State"], said);
    }

    [KernelTheory]
    [InlineData("Checkpoint-ApicMachine", "A checkpoint")]
    [InlineData("Set-ApicVcpu -Paused $true", "Pausing")]
    [InlineData("Send-ApicInterrupt -Pin 0 -Asserted $true", "A pin")]
    [InlineData("Send-ApicInterrupt -LvtEntry LvtError", "A source inside an APIC")]
    [InlineData("Test-ApicRestore", "The host API")]
    [InlineData("Compare-ApicTrace -Machine $m, $m", "A copy")]
    public void What_no_kernel_can_do_is_refused_by_name(string command, string what)
    {
        ErrorRecord error = _session.Run($"{Machine}; $null = Read-ApicMmio Tpr; {command}").SingleError;

        Assert.StartsWith("BackendLacks,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains(what, error.Exception.Message, StringComparison.Ordinal);
        Assert.Equal(["0x00000000"], Strings("(Read-ApicMmio Tpr).Value | ForEach-Object { '0x{0:X8}' -f $_ }"));
    }

    [KernelTheory]
    [InlineData("New-ApicMachine 65 -Backend Kvm", "VcpuCountInvalid", "64")]
    [InlineData("New-ApicMachine -Backend Kvm -ApicId 1, 1", "ApicIdInvalid", "1")]
    [InlineData("New-ApicMachine -Backend Kvm -ApicId 0, 0xFFFFFFF0", "OptionsConflict", "4294967280")]
    [InlineData("New-ApicMachine -Backend Kvm -PhysicalAddressBits 52", "OptionsConflict", "52")]
    [InlineData("New-ApicMachine -Backend Kvm -Platform SevSnp", "OptionsConflict", "SevSnp")]
    [InlineData("New-ApicMachine -Backend Kvm -ResetMode X2Apic", "OptionsConflict", "X2Apic")]
    public void What_no_kernel_can_be_is_refused_and_leaves_nothing(string command, string id, string says)
    {
        ErrorRecord error = _session.Run(command).SingleError;

        Assert.StartsWith(id, error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains(says, error.Exception.Message, StringComparison.Ordinal);
        Assert.Empty(Strings("Get-ApicMachine"));
    }

    [KernelFact]
    public void Vcpus_that_are_too_many_are_refused_all_together()
    {
        Assert.StartsWith("VcpuCountInvalid,", _session.Run($"{Machine}; New-ApicVcpu 64 -Machine k").SingleError.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(["1", "1", "2"], Strings("$m.VcpuCount; (New-ApicVcpu -Machine k).Index; $m.VcpuCount"));
    }

    [KernelFact]
    public void Nothing_of_machines_stays_that_were_removed_or_whose_script_threw()
    {
        const string Round = """
            1..20 | ForEach-Object { New-ApicMachine 2 -Backend Kvm } | Remove-ApicMachine
            try { Compare-ApicBackend { throw 'away' } } catch { }
            $null = Compare-ApicBackend { Read-ApicMmio Tpr; Step-ApicClock 1000 }
            $null = Invoke-ApicCampaign -Count 2
            """;
        _session.Run(Round).NoErrors();
        (int Files, int Maps, int Threads) before = Held();

        _session.Run($"1..5 | ForEach-Object {{ {Round} }}").NoErrors();

        (int Files, int Maps, int Threads) after = Held();
        Assert.InRange(after.Files, 0, before.Files);

        // The runtime has threads and maps of its own, which come and go: a hundred machines would have left hundreds.
        Assert.InRange(after.Maps, 0, before.Maps + 40);
        Assert.InRange(after.Threads, 0, before.Threads + 10);
    }

    [KernelFact]
    public void A_stopped_pipeline_ends_a_wait_at_once_and_the_machine_goes_on()
    {
        _session.Run(Machine).NoErrors();
        using var shell = PowerShell.Create();
        shell.Runspace = _session.Runspace;
        IAsyncResult waiting = shell.AddScript("Step-ApicClock 60000000000").BeginInvoke();
        Thread.Sleep(300);
        var clock = Stopwatch.StartNew();

        shell.Stop();

        Assert.True(waiting.IsCompleted);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 5);
        Assert.Equal(["50014"], Strings("'{0:X}' -f (Read-ApicMmio Version -Raw)"));
    }

    [KernelFact]
    public async Task Two_sessions_use_machines_at_once()
    {
        using EngineSession other = EngineSession.WithModule();
        const string Work = "$m = New-ApicMachine 2 -Backend Kvm; Set-ApicBase -Mode X2Apic; 1..300 | ForEach-Object { Write-ApicMsr Tpr ($_ % 256); Read-ApicMsr Tpr -Raw } | Measure-Object -Sum | ForEach-Object Sum";

        string[][] sums = await Task.WhenAll(
            Task.Run(() => _session.Run(Work).NoErrors().Output.Select(item => $"{item}").ToArray()),
            Task.Run(() => other.Run(Work).NoErrors().Output.Select(item => $"{item}").ToArray()));

        string expected = $"{Enumerable.Range(1, 300).Sum(number => number % 256)}";
        Assert.All(sums, sum => Assert.Equal([expected], sum));
    }

    [KernelFact]
    public void A_campaign_finds_nothing_new_in_a_hundred_scripts()
    {
        string[] said = Strings("$c = Invoke-ApicCampaign -Count 100; $c.ExitCode; $c.Scripts; $c.New | ForEach-Object { \"$($_.Script -join '; ') -> $($_.Answer -join ' / ')\" }");

        Assert.Equal(["0", "100"], said);
    }

    [KernelFact]
    public void A_campaign_finds_a_kernel_that_does_otherwise_and_makes_it_short()
    {
        string[] said = Strings("$c = Invoke-ApicCampaign Kvm, Kvm -DisableQuirk LapicMmioHole -Count 40; $c.ExitCode; @($c.New)[0].Script.Count -le 3; @($c.New)[0].PowerShell -match 'DisableQuirk LapicMmioHole -EnableQuirk LastVcpuUnmapped -Backend Kvm'");

        Assert.Equal(["1", "True"], said.Take(2));
        Assert.Contains("$m2", said[2], StringComparison.Ordinal);
    }

    [KernelTraceFact]
    public void The_kernels_own_events_stand_beside_the_commands_that_cause_them()
    {
        using var tracefs = new MountedTracefs();

        string[] said = Strings($"{Machine}; Set-ApicBase -Mode X2Apic; $e = Trace-ApicKernel {{ Write-ApicMsr Svr 0x1FF; Send-ApicIpi 0x41 -SelfIpi }}; $e | ForEach-Object {{ \"$($_.Cause) $($_.Name)\" }}; (Get-ApicTrace | Where-Object Cause -EQ 3)[-1].Access.Operation");

        Assert.Contains("2 kvm_apic", said);
        Assert.Contains("3 kvm_apic_accept_irq", said);
        Assert.Equal("WRMSR 0x83F", said[^1]);
        Assert.Empty(Directory.GetDirectories(Path.Combine(tracefs.Path, "instances"), "apicshell.*"));
    }

    [KernelTraceFact]
    public void Without_tracefs_one_sentence_says_so()
    {
        if (File.ReadLines("/proc/self/mounts").Any(line => line.Split(' ')[2] == "tracefs"))
        {
            // Somebody uses it.
            return;
        }

        ErrorRecord error = _session.Run($"{Machine}; Trace-ApicKernel {{ Read-ApicMmio Tpr }}").SingleError;

        Assert.StartsWith("KernelTraceUnavailable.NotMounted,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("mount -t tracefs", error.Exception.Message, StringComparison.Ordinal);
    }

    [NoKernelFact]
    public void Without_KVM_one_sentence_says_so_and_the_rest_works()
    {
        ErrorRecord error = _session.Run("New-ApicMachine -Backend Kvm").SingleError;

        Assert.StartsWith("KvmUnavailable.", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(["True"], Strings("$null = New-ApicMachine; (Read-ApicMmio Version).Succeeded"));
    }

    private static (int Files, int Maps, int Threads) Held()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return (
            Directory.GetFiles("/proc/self/fd").Count(file => new FileInfo(file).LinkTarget?.Contains("kvm", StringComparison.Ordinal) == true),
            File.ReadLines("/proc/self/maps").Count(),
            Directory.GetDirectories("/proc/self/task").Length);
    }

    private string[] Strings(string script) => [.. _session.Run(script).NoErrors().Output.Select(item => $"{item}")];

    /// <summary>tracefs, mounted for a test where it is not.</summary>
    private sealed class MountedTracefs : IDisposable
    {
        private readonly bool _mounted;

        public MountedTracefs()
        {
            string? there = File.ReadLines("/proc/self/mounts").Select(line => line.Split(' ')).FirstOrDefault(mount => mount[2] == "tracefs")?[1];
            _mounted = there is null;
            Path = there ?? "/sys/kernel/tracing";
            if (_mounted)
            {
                Run("mount", "-t", "tracefs", "nodev", Path);
            }
        }

        public string Path { get; }

        public void Dispose()
        {
            if (_mounted)
            {
                Run("umount", Path);
            }
        }

        private static void Run(string program, params string[] arguments)
        {
            using var process = Process.Start(program, arguments);
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
        }
    }
}
