using System;
using System.Management.Automation.Host;

namespace ApicShell.Host;

/// <summary>The console's size and colours. Reading and writing single cells is not offered.</summary>
internal sealed class ConsoleRawUI(ConsoleOutput output) : PSHostRawUserInterface
{
    private const int DefaultHeight = 50;

    public override ConsoleColor ForegroundColor { get; set; } = ConsoleColor.Gray;

    public override ConsoleColor BackgroundColor { get; set; } = ConsoleColor.Black;

    public override Size BufferSize
    {
        get => WindowSize;
        set => throw NotOffered();
    }

    public override Size WindowSize
    {
        get => new(output.Width, output.IsTerminal ? Math.Max(1, Console.WindowHeight) : DefaultHeight);
        set => throw NotOffered();
    }

    public override Size MaxWindowSize => WindowSize;

    public override Size MaxPhysicalWindowSize => WindowSize;

    public override Coordinates WindowPosition
    {
        get => default;
        set => throw NotOffered();
    }

    public override Coordinates CursorPosition
    {
        get => output.IsTerminal ? new(Console.CursorLeft, Console.CursorTop) : default;
        set
        {
            if (output.IsTerminal)
                Console.SetCursorPosition(value.X, value.Y);
        }
    }

    public override int CursorSize { get; set; } = 25;

    public override string WindowTitle
    {
        get => string.Empty;
        set
        {
            if (output.IsTerminal)
                Console.Title = value;
        }
    }

    public override bool KeyAvailable => !Console.IsInputRedirected && Console.KeyAvailable;

    public override KeyInfo ReadKey(ReadKeyOptions options)
    {
        if (Console.IsInputRedirected)
            throw new HostException("A key is waited for, but standard input is not a terminal.");
        ConsoleKeyInfo key = Console.ReadKey(intercept: options.HasFlag(ReadKeyOptions.NoEcho));
        return new KeyInfo((int)key.Key, key.KeyChar, default, keyDown: true);
    }

    public override void FlushInputBuffer()
    {
        while (KeyAvailable)
            _ = Console.ReadKey(intercept: true);
    }

    /// <summary>Clears the screen: the whole buffer is the only rectangle that can be set.</summary>
    public override void SetBufferContents(Rectangle rectangle, BufferCell fill)
    {
        if (output.IsTerminal)
            Console.Clear();
    }

    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) => throw NotOffered();

    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw NotOffered();

    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) =>
        throw NotOffered();

    private static NotSupportedException NotOffered() => new("ApicShell.Host does not offer this console operation.");
}
