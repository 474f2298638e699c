/** The namespace of the encryption service (README, wire contract 3). */
export const encryptNamespace = "http://encrypt.com/"

/**
 * What the encryption service offers, as it serves no WSDL itself: one operation, `Encrypt`, document/literal, SOAP 1.1. The address
 * in it is never used: the client is given one.
 */
export const encryptWsdl = `<?xml version="1.0" encoding="utf-8"?>
<definitions name="Encrypt" targetNamespace="${encryptNamespace}" xmlns="http://schemas.xmlsoap.org/wsdl/"
    xmlns:tns="${encryptNamespace}" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xsd="http://www.w3.org/2001/XMLSchema">
  <types>
    <xsd:schema targetNamespace="${encryptNamespace}" elementFormDefault="qualified">
      <xsd:element name="EncryptRequest"><xsd:complexType><xsd:sequence>
        <xsd:element name="phone" type="xsd:string"/>
        <xsd:element name="password" type="xsd:string"/>
      </xsd:sequence></xsd:complexType></xsd:element>
      <xsd:element name="EncryptResponse"><xsd:complexType><xsd:sequence>
        <xsd:element name="EncryptedPhone" type="xsd:string"/>
        <xsd:element name="EncryptedPassword" type="xsd:string"/>
      </xsd:sequence></xsd:complexType></xsd:element>
    </xsd:schema>
  </types>
  <message name="EncryptIn"><part name="body" element="tns:EncryptRequest"/></message>
  <message name="EncryptOut"><part name="body" element="tns:EncryptResponse"/></message>
  <portType name="EncryptPort">
    <operation name="Encrypt"><input message="tns:EncryptIn"/><output message="tns:EncryptOut"/></operation>
  </portType>
  <binding name="EncryptBinding" type="tns:EncryptPort">
    <soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="Encrypt">
      <soap:operation soapAction="${encryptNamespace}Encrypt"/>
      <input><soap:body use="literal"/></input>
      <output><soap:body use="literal"/></output>
    </operation>
  </binding>
  <service name="EncryptService">
    <port name="EncryptPort" binding="tns:EncryptBinding"><soap:address location="http://127.0.0.1/"/></port>
  </service>
</definitions>`
