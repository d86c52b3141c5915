using System.Collections.Generic;
using System.Linq;
using ApicShell.Architecture;
using ApicShell.Emulation;
using Xunit;

namespace ApicShell.Tests;

public class RegisterVectorTests
{
    [Theory]
    [InlineData("registers-amd.txt", ApicModel.Amd)]
    [InlineData("registers-intel.txt", ApicModel.Intel)]
    [InlineData("registers-kvm.txt", ApicModel.Kvm)]
    public void Every_register_reads_writes_and_faults_as_the_vectors_say(string file, ApicModel model)
    {
        var wrong = new List<string>();
        foreach ((int number, string line) in VectorFile.Lines(file))
        {
            string[] words = VectorFile.Words(line);
            string expected = string.Join(' ', words.SkipWhile(word => word != "->").Skip(1));
            string actual = Outcome(model, words, expected.Split(' ').Length > 1);
            if (!IsAsSaid(expected, actual))
            {
                wrong.Add($"{file}:{number}: {line}   got: {actual}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Theory]
    [InlineData("registers-amd.txt", ApicModel.Amd)]
    [InlineData("registers-intel.txt", ApicModel.Intel)]
    [InlineData("registers-kvm.txt", ApicModel.Kvm)]
    public void The_vectors_name_every_register_of_the_catalogue_in_both_modes_and_directions(string file, ApicModel model)
    {
        HashSet<string> covered = VectorFile.Lines(file).Select(pair => VectorFile.Words(pair.Line)).Select(words => $"{words[0]} {words[1]} {words[2]}").ToHashSet();
        string[] modes = ["xapic", "x2apic"];
        string[] directions = ["read", "write"];
        string[] missing =
        [
            .. from spec in RegisterCatalogue.All
               from mode in modes
               from direction in directions
               let key = $"{mode} {direction} {spec.Register}"
               where !covered.Contains(key)
               select key,
        ];
        Assert.True(missing.Length == 0, $"{model}: {string.Join(", ", missing)}");
    }

    /// <summary>Whether they are equal; a '?' that is expected stands for any digit.</summary>
    private static bool IsAsSaid(string expected, string actual) =>
        expected.Length == actual.Length && expected.Zip(actual).All(pair => pair.First == '?' || pair.First == pair.Second);

    private static string Outcome(ApicModel model, string[] words, bool withValue)
    {
        Machine machine = Machines.Native(model);
        machine.GoTo(words[0] == "xapic" ? ApicMode.XApic : ApicMode.X2Apic);
        uint place = (uint)VectorFile.Number(words[3]);
        bool msr = words[0] == "x2apic" || words[1] == "readmsr";
        bool write = words[1] == "write";
        Access access = (msr, write) switch
        {
            (true, true) => Access.WriteMsr(place, VectorFile.Number(words[4])),
            (true, false) => Access.ReadMsr(place),
            (false, true) => Access.WriteMmio(place, VectorFile.Number(words[4])),
            (false, false) => Access.ReadMmio(place),
        };
        Assert.Equal(words[2], access.Register.ToString());
        string width = words[^1].Length == 12 ? "X10" : "X8";
        Answer answer = machine.Execute(0, access);
        string outcome = answer.Outcome switch
        {
            Architecture.Outcome.Value => "value",
            Architecture.Outcome.Done => "done",
            Architecture.Outcome.Fault when answer.Fault == GuestFault.GP => "gp",
            Architecture.Outcome.Dropped => "dropped",
            Architecture.Outcome.Undefined => "undefined",
            _ => answer.Outcome.ToString(),
        };
        if (!withValue)
        {
            return outcome;
        }

        ulong value = write ? machine.Execute(0, new Access(access.Kind, false, access.Address, 0, access.Size, access.Origin)).Value : answer.Value;
        return $"{outcome} 0x{value.ToString(width, null)}";
    }
}
