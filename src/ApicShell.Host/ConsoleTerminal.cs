using System;

namespace ApicShell.Host;

/// <summary>The process's own terminal.</summary>
internal sealed class ConsoleTerminal(ConsoleOutput output) : ILineTerminal
{
    public int Width => output.Width;

    /// <summary>Lets the editor read a line. Meanwhile Ctrl+C is a key like any other, not a signal.</summary>
    public static LineResult Edit(LineEditor editor, string prompt)
    {
        bool before = Console.TreatControlCAsInput;
        Console.TreatControlCAsInput = true;
        try
        {
            return editor.Read(prompt);
        }
        finally
        {
            Console.TreatControlCAsInput = before;
        }
    }

    public ConsoleKeyInfo ReadKey() => Console.ReadKey(intercept: true);

    public void Write(string text) => Console.Out.Write(text);
}
