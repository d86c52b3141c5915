$v = (New-ApicMachine -ApicId 0x0, 0x3 -Platform SevSnp -ApicScope Shared -ResetMode X2Apic).Vcpu
Write-ApicMsr Svr 0x1FF -Origin Svsm -Vcpu $v
Enable-ApicAlternateInjection -VcHandler Proposal -SvsmBehavior PprIsVector -Vcpu $v
Set-ApicVcpu -InterruptsEnabled $true -Vcpu $v
Write-ApicMsr SelfIpi 0x41 -Vcpu $v[0]
Receive-ApicInterrupt -Vcpu $v[0]
Read-ApicMsr 0x80A -Vcpu $v[0]
