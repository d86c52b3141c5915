using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Confidential;
using ApicShell.Emulation;

namespace ApicShell.Tests;

/// <summary>Runs one case of <c>tests/Vectors/svsm/conformance.txt</c>; the format is in the README there.</summary>
internal sealed class SvsmConformanceScript : MachineObserver
{
    private readonly List<string> _exits = [];
    private Machine? _machine;

    private Machine Machine => _machine ??= Make([0]);

    private SnpPlatform Platform => Machine.Platform();

    /// <summary>Executes a line.</summary>
    /// <returns>What should come out and what does; two empty texts where nothing is compared.</returns>
    public (string Expected, string Actual) Execute(string line)
    {
        string[] sides = line.Split("->");
        string[] words = VectorFile.Words(sides[0]);
        if (words[0] == "vcpus")
        {
            _machine = Make([.. words.Skip(1).Select(word => (uint)VectorFile.Number(word))]);
            return ("", "");
        }

        string actual = words[0] == "exits" ? Exits() : Do((int)VectorFile.Number(words[1]), words);
        string expected = sides.Length > 1 ? sides[1].Trim() : "";
        return expected.Length == 0 ? ("", "") : (expected, actual);
    }

    public override void OnHop(long number, int vcpu, in Hop hop)
    {
        if (hop is { Kind: SnpHop.GhcbExit, Vmpl: 0 })
        {
            _exits.Add($"{vcpu}:{Hex(hop.Code)}({Hex(hop.Info1)})");
        }
    }

    private string Do(int vcpu, string[] words)
    {
        switch (words[0])
        {
            case "set":
                foreach (string field in words.Skip(2))
                {
                    Set(vcpu, field.Split('=')[0], VectorFile.Number(field.Split('=')[1]));
                }

                return "";
            case "call":
                return Call(vcpu, [.. words.Skip(2).Select(VectorFile.Number)]);
            case "enter":
                Machine.EnterGuest(vcpu);
                return "";
            case "intercept":
                Machine.ExitGuest(vcpu, new EventInjection(VectorFile.Number(words[2])));
                return "";
            case "take":
                return Text(Machine.Take(vcpu));
            case "show":
                return string.Join(' ', words.Skip(2).Select(field => $"{field}={Hex(Get(vcpu, field))}"));
            default:
                throw new InvalidDataException($"There is no operation \"{words[0]}\".");
        }
    }

    /// <summary>RAX and what the call gives out: RCX of calls that ask, RDX of a read.</summary>
    private string Call(int vcpu, ulong[] registers)
    {
        var input = new SvsmRegisterSet(registers[0], registers.ElementAtOrDefault(1), registers.ElementAtOrDefault(2));
        SvsmRegisterSet output = Machine.CallSvsm(vcpu, input);
        bool asks = input.Rax is SvsmCall.QueryProtocol or ((ulong)SvsmProtocol.Apic << 32);
        bool reads = input.Rax == (((ulong)SvsmProtocol.Apic << 32) | SvsmCall.ReadRegister);
        return output.Rax != 0 || !(asks || reads) ? Hex(output.Rax) : $"{Hex(output.Rax)} {Hex(asks ? output.Rcx : output.Rdx)}";
    }

    private void Set(int vcpu, string field, ulong value)
    {
        ref SnpVcpuState state = ref Platform.At(vcpu);
        switch (field)
        {
            case "if":
                Machine.VcpuAt(vcpu).InterruptFlag = (byte)value;
                break;
            case "event_inj":
                state.Vmsa.EventInjection = new(value);
                break;
            case "vintr_ctrl":
                state.Vmsa.InterruptControl = new(value);
                break;
            case "no_eoi":
                state.CallingArea.NoEoiRequired = (byte)value;
                break;
            case "status":
                state.Doorbell.Guest.Status = (uint)value;
                break;
            case "events":
                state.Doorbell.VmplEvents = (byte)value;
                break;
            case ['i', 'r', 'r', >= '1' and <= '7']:
                state.Doorbell.Guest.OrIrr(field[3] - '0', (uint)value);
                break;
            default:
                throw new InvalidDataException($"There is no field \"{field}\".");
        }
    }

    private ulong Get(int vcpu, string field)
    {
        ref SnpVcpuState state = ref Platform.At(vcpu);
        return field switch
        {
            "if" => Machine.VcpuStateOf(vcpu).InterruptFlag,
            "event_inj" => state.Vmsa.EventInjection.Value,
            "vintr_ctrl" => state.Vmsa.InterruptControl.Value,
            "sev_features" => (ulong)state.Vmsa.Features,
            "no_eoi" => state.CallingArea.NoEoiRequired,
            "status" => state.Doorbell.Guest.Status,
            "events" => state.Doorbell.VmplEvents,
            ['i', 'r', 'r', >= '1' and <= '7'] => state.Doorbell.Guest.Irr(field[3] - '0'),
            _ => throw new InvalidDataException($"There is no field \"{field}\"."),
        };
    }

    private string Exits()
    {
        string text = _exits.Count == 0 ? "none" : string.Join(' ', _exits);
        _exits.Clear();
        return text;
    }

    private Machine Make(uint[] ids)
    {
        var machine = new Machine(new ApicTraits { ResetMode = ApicMode.X2Apic }, new SnpPlatform(ApicScope.PerVmpl), ids);
        for (int vcpu = 0; vcpu < ids.Length; vcpu++)
        {
            machine.Execute(vcpu, Access.WriteMsr(0x80F, 0x1FF, AccessOrigin.Svsm));
            machine.EnableAlternateInjection(vcpu, VcHandler.Proposal);
            machine.SetInterruptFlag(vcpu, true);
        }

        machine.Observer = this;
        return machine;
    }

    private static string Text(TakenInterrupt taken) => taken.Kind switch
    {
        TakenKind.None => "nothing",
        TakenKind.Nmi => "nmi",
        _ => $"{taken.Kind.ToString().ToLowerInvariant()} 0x{taken.Vector:X2}",
    };

    private static string Hex(ulong value) => $"0x{value.ToString("X", CultureInfo.InvariantCulture)}";
}
